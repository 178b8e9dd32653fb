/* The till: the big keypad, a sound for what was done, and a word when nothing answers. ES2019 at most. */
(function () {
  "use strict";
  var KEYPAD_FROM = window.matchMedia("(min-width: 700px)");
  var heard = "";
  var audio = null;
  var writes = false;

  function field() { return document.getElementById("words"); }

  /* Two rising tones: done. Two low ones: look at the screen. */
  var TONES = { good: [[880, 0], [1320, 0.11]], warning: [[330, 0], [262, 0.2]] };

  function sound(kind) {
    if (navigator.vibrate) { navigator.vibrate(kind === "good" ? 60 : [120, 80, 120]); }
    var Audio = window.AudioContext || window.webkitAudioContext;
    if (!Audio) { return; }
    audio = audio || new Audio();
    if (audio.state === "suspended") { audio.resume(); }
    TONES[kind].forEach(function (tone) {
      var wave = audio.createOscillator();
      var volume = audio.createGain();
      var from = audio.currentTime + tone[1];
      wave.type = kind === "good" ? "sine" : "square";
      wave.frequency.value = tone[0];
      volume.gain.setValueAtTime(kind === "good" ? 0.4 : 0.2, from);
      volume.gain.exponentialRampToValueAtTime(0.001, from + 0.18);
      wave.connect(volume);
      volume.connect(audio.destination);
      wave.start(from);
      wave.stop(from + 0.2);
    });
  }

  /* The tablet's own keyboard would cover half the screen; it comes when somebody wants to write. */
  function prepareField() {
    var words = field();
    var keypad = document.getElementById("keypad");
    if (!words || !keypad) { return; }
    keypad.hidden = !KEYPAD_FROM.matches;
    words.setAttribute("inputmode", keypad.hidden || writes ? "search" : "none");
    if (words.hasAttribute("autofocus") && KEYPAD_FROM.matches) { words.focus({ preventScroll: true }); }
  }

  /* A page that is loaded anew tells old news, so it makes no sound; with a keyboard, Enter records. */
  function arrive(isNews) {
    writes = false;
    prepareField();
    var told = document.querySelector("#till [data-sound]");
    var about = told ? told.dataset.about : "";
    if (isNews && told && about !== heard) { sound(told.dataset.sound); }
    heard = about;
    var record = document.querySelector("#till button.record");
    if (record && !document.querySelector("#till .error")) { record.focus({ preventScroll: true }); }
  }

  /* On a slow network somebody types before the search is ready: then it begins with what they typed. */
  function searchWhatWasTypedEarly() {
    var words = field();
    if (words && words.value !== words.defaultValue) { window.htmx.trigger(words, "early"); }
  }

  function press(key) {
    var words = field();
    if (key === "write") {
      writes = true;
      prepareField();
      words.blur();
      words.focus();
      return;
    }
    if (key === "clear") { words.value = ""; }
    else if (key === "back") { words.value = words.value.slice(0, -1); }
    else { words.value += key; }
    words.dispatchEvent(new Event("input", { bubbles: true }));
    words.focus({ preventScroll: true });
  }

  function trouble(isThere) {
    document.getElementById("trouble").hidden = !isThere;
    if (isThere) {
      sound("warning");
      window.scrollTo(0, 0);
    }
  }

  document.addEventListener("click", function (event) {
    var key = event.target.closest("[data-key]");
    if (key) { press(key.dataset.key); }
  });
  /* Typing anywhere is searching: a keyboard or a card scanner need not aim at the field. */
  document.addEventListener("keydown", function (event) {
    var words = field();
    var isTyped = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey && event.key !== " ";
    if (words && isTyped && !event.target.closest("input, textarea, select")) { words.focus({ preventScroll: true }); }
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    /* A refusal is a page to be read like any other. */
    if (event.detail.xhr.status === 422) { event.detail.shouldSwap = true; event.detail.isError = false; }
    /* Signed out meanwhile: what came is another page, so go to it. */
    if (event.detail.shouldSwap && event.detail.xhr.responseText.indexOf('id="till"') < 0
        && event.detail.xhr.responseText.indexOf('id="found"') < 0) {
      event.detail.shouldSwap = false;
      window.location.assign(event.detail.xhr.responseURL || window.location.href);
    }
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    trouble(false);
    if (event.detail.target.id !== "found") {
      arrive(true);
      document.getElementById("till").scrollIntoView();
    }
  });
  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach(function (name) {
    document.addEventListener(name, function () { trouble(true); });
  });
  document.addEventListener("DOMContentLoaded", function () {
    window.htmx.config.scrollIntoViewOnBoost = false;
    arrive(false);
    window.setTimeout(searchWhatWasTypedEarly); /* once htmx, which listens to the same event, is ready too */
  });
}());
