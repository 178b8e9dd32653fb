/* Drags a stop to another run, by pointer or finger. What each run would cost and break is the page of choices,
   asked for when a stop is picked up; a drop only shows the choice, and its own button keeps it. ES2019 at most. */
(function () {
  "use strict";
  var EDGE = 70;
  var held = null;

  function all(where, what) { return Array.prototype.slice.call(where.querySelectorAll(what)); }

  function cards() { return all(document, "[data-runs] .run"); }

  function own() { return document.querySelector("[data-own-runs]"); }

  function cleared() {
    all(document, ".offer").forEach(function (each) { each.remove(); });
    cards().concat(own()).forEach(function (card) { card.classList.remove("over", "fits", "breaks", "unfit"); });
    own().hidden = true;
  }

  function letGo() {
    if (!held) { return; }
    held.ghost.remove();
    held.from.classList.remove("dragged");
    held = null;
  }

  function said(words, kind) {
    var line = document.createElement("p");
    line.className = "offer " + kind;
    line.textContent = words;
    return line;
  }

  function cardOf(choice) {
    if (!choice.dataset.beside) { return own(); }
    var stop = document.querySelector("[data-runs] [data-door='" + choice.dataset.beside + "']");
    return stop && stop.closest(".run");
  }

  /* Writes on each run what it would cost to go there. */
  function offered(picked) {
    all(document, ".offer").forEach(function (each) { each.remove(); });
    own().hidden = !picked.choices.some(function (each) { return !each.dataset.beside; });
    cards().concat(own()).forEach(function (card) {
      var here = picked.choices.filter(function (each) { return cardOf(each) === card; });
      var words = document.querySelector("[data-runs]").dataset;
      card.classList.remove("fits", "breaks", "unfit");
      if (!here.length) { card.classList.add("unfit"); if (card !== own()) { card.insertBefore(said(words.none, ""), card.children[1]); } return; }
      var breaks = here[0].dataset.breaks !== "0";
      card.classList.add(breaks ? "breaks" : "fits");
      var lines = all(here[0], "p").slice(1).map(function (line) { return line.textContent.trim().replace(/\s+/g, " "); });
      card.insertBefore(said(lines.join(" · "), breaks ? "bad" : "good"), card.children[1]);
    });
  }

  function ask(picked) {
    fetch(picked.from.dataset.choices, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { throw new Error(answer.status); }
      return answer.text();
    }).then(function (written) {
      var page = new DOMParser().parseFromString(written, "text/html");
      picked.choices = all(page, "#places .places > li");
      if (held === picked) { offered(picked); }
      if (picked.dropped) { show(picked, picked.dropped); }
    }).catch(function () {
      letGo();
      cleared();
      var words = document.querySelector("[data-runs]").dataset;
      document.querySelector("[data-drag-hint]").textContent = words.failed;
    });
  }

  function over(event) {
    var there = document.elementFromPoint(event.clientX, event.clientY);
    var card = there && there.closest("[data-runs] .run, [data-own-runs]");
    return card || null;
  }

  function moved(event) {
    if (!held) { return; }
    held.ghost.style.transform = "translate(" + event.clientX + "px," + event.clientY + "px)";
    var card = over(event);
    cards().concat(own()).forEach(function (each) { each.classList.toggle("over", each === card); });
    if (event.clientY < EDGE) { window.scrollBy(0, -18); }
    if (event.clientY > window.innerHeight - EDGE) { window.scrollBy(0, 18); }
  }

  /* Puts the choices of a run on it as forms: nothing is kept until one is sent. */
  function show(picked, card) {
    var here = picked.choices.filter(function (each) { return cardOf(each) === card; });
    cleared();
    if (!here.length) { return; }
    var box = document.createElement("div");
    box.className = "offer chosen";
    var head = document.createElement("p");
    head.className = "lead";
    head.textContent = picked.from.dataset.called;
    box.appendChild(head);
    here.forEach(function (each) { box.appendChild(document.importNode(each.querySelector("form"), true)); });
    var back = document.createElement("button");
    back.type = "button";
    back.className = "small";
    back.textContent = document.querySelector("[data-runs]").dataset.back;
    back.addEventListener("click", cleared);
    box.appendChild(back);
    card.hidden = false;
    card.insertBefore(box, card.children[1]);
    box.querySelector("form button").focus();
    box.scrollIntoView({ block: "nearest" });
  }

  function dropped(event) {
    if (!held) { return; }
    var picked = held;
    var card = over(event);
    letGo();
    if (!card || card.contains(picked.from)) { cleared(); return; }
    if (picked.choices) { show(picked, card); return; }
    picked.dropped = card;
    cleared();
    card.insertBefore(said(document.querySelector("[data-runs]").dataset.looking, ""), card.children[1]);
  }

  function picked(event) {
    if (event.button) { return; }
    event.preventDefault();
    cleared();
    var from = event.currentTarget;
    var ghost = document.createElement("div");
    ghost.className = "ghost";
    ghost.textContent = from.dataset.called;
    document.body.appendChild(ghost);
    from.classList.add("dragged");
    from.setPointerCapture(event.pointerId);
    held = { from: from, ghost: ghost, choices: null, dropped: null };
    ask(held);
    moved(event);
  }

  document.addEventListener("DOMContentLoaded", function () {
    all(document, ".handle").forEach(function (handle) {
      handle.hidden = false;
      handle.addEventListener("pointerdown", picked);
      handle.addEventListener("pointermove", moved);
      handle.addEventListener("pointerup", dropped);
      handle.addEventListener("pointercancel", function () { letGo(); cleared(); });
    });
    var hint = document.querySelector("[data-drag-hint]");
    if (hint && document.querySelector(".handle")) { hint.hidden = false; }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { letGo(); cleared(); }
  });
}());
