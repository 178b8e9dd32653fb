/* What every page shares: forms are sent once, and htmx carries the form token. ES2019 at most. */
(function () {
  "use strict";
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent === "yes") { event.preventDefault(); return; }
    if (form.method === "post" && form.getAttribute("role") !== "search") {
      form.dataset.sent = "yes";
      setTimeout(function () { form.dataset.sent = ""; }, 5000);
    }
  });
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-submit-on-change]")) { event.target.form.submit(); }
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-reveals]") : null;
    if (!button) { return; }
    var input = document.getElementById(button.dataset.reveals);
    var words = button.textContent;
    input.type = input.type === "password" ? "text" : "password";
    button.textContent = button.dataset.hide;
    button.dataset.hide = words;
    button.setAttribute("aria-pressed", String(input.type === "text"));
    input.focus();
  });
  /* What is sent is sent as a password, so that no browser keeps it among the words that were typed. */
  document.addEventListener("submit", function (event) {
    event.target.querySelectorAll("[data-reveals][aria-pressed=true]").forEach(function (button) { button.click(); });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form").forEach(function (form) { form.dataset.sent = ""; });
  });
  /* Where the page goes on without being loaded anew, the language switch must come back to what is seen. */
  document.addEventListener("htmx:pushedIntoHistory", function () {
    var back = document.querySelector("input[name=back]");
    if (back) { back.value = window.location.pathname + window.location.search; }
  });
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-reveals]").forEach(function (button) { button.hidden = false; });
    var door = document.querySelector(".doors [aria-current]");
    if (door) { door.parentNode.scrollLeft = door.offsetLeft - door.parentNode.offsetLeft - 24; }
  });
  /* A form that was refused comes back from its top, while what is wrong may stand screens below. */
  document.addEventListener("DOMContentLoaded", function () {
    var wrong = document.querySelector("main .error[role=alert], main .notice.refused[role=alert]");
    if (wrong && wrong.getBoundingClientRect().bottom > window.innerHeight) {
      wrong.scrollIntoView({ block: "center" });
    }
  });
  /* What is folded for the screen is printed whole, and folded again afterwards. */
  var unfolded = [];
  window.addEventListener("beforeprint", function () {
    unfolded = Array.prototype.slice.call(document.querySelectorAll("details.rest:not([open])"));
    unfolded.forEach(function (each) { each.open = true; });
  });
  window.addEventListener("afterprint", function () {
    unfolded.forEach(function (each) { each.open = false; });
    unfolded = [];
  });
  document.addEventListener("htmx:configRequest", function (event) {
    var token = document.querySelector("input[name=csrf_token]");
    if (token) { event.detail.headers["X-CSRFToken"] = token.value; }
  });
}());
