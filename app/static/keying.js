/* Home of the button that ticks every open stop of a route sheet. ES2019 at most. */
(function () {
  "use strict";
  document.addEventListener("DOMContentLoaded", function () {
    var button = document.querySelector("[data-tick-all]");
    var boxes = Array.from(document.querySelectorAll("[data-done]"));
    if (!button || boxes.length < 2) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      boxes.forEach(function (box) {
        var other = box.closest(".marks").querySelector("select");
        if (!other.value) { box.checked = true; }
      });
    });
  });
}());
