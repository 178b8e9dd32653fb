/* Sheets of paper: keys for whoever types row after row, who is meant, running sums, downloads. ES2019 at most. */
(function () {
  "use strict";
  var LOOK_UP_AFTER = 200;
  var asked = 0;

  function all(root, selector) { return Array.from(root.querySelectorAll(selector)); }
  function formOf(field) { return field.closest("[data-keying]"); }

  /* ---- Downloads: the file is fetched, so that the list of sheets can follow it. ---- */
  function keep(blob, disposition) {
    var named = /filename="?([^";]+)/.exec(disposition || "");
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = named ? named[1] : "sheets.pdf";
    document.body.appendChild(link);
    link.click();
    link.remove();
  }

  function isFile(answer) {
    return answer.ok && (answer.headers.get("Content-Type") || "").indexOf("application/pdf") === 0;
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("[data-download]") || event.defaultPrevented) { return; }
    event.preventDefault();
    fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" }).then(function (answer) {
      /* A refusal is a page: the browser shows it when it sends the form itself. */
      if (!isFile(answer)) { form.submit(); return null; }
      return answer.blob().then(function (blob) {
        keep(blob, answer.headers.get("Content-Disposition"));
        form.dataset.sent = "";
        if (document.getElementById("sheets")) {
          window.htmx.ajax("GET", location.pathname, { target: "#sheets", select: "#sheets", swap: "outerHTML" });
        }
      });
    }).catch(function () { form.submit(); });
  });

  /* ---- Who is meant ---- */
  function whomOf(field) { return field.closest("td").querySelector("[data-whom]"); }
  function listOf(field) { return field.closest("td").querySelector(".offered"); }

  function closeList(field) {
    var list = listOf(field);
    if (list) { list.remove(); }
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function say(field, words) {
    var whom = whomOf(field);
    whom.textContent = words;
    whom.classList.toggle("unclear", words !== "");
  }

  function name(place, person) {
    var written = document.createElement("b");
    place.textContent = "";
    place.classList.remove("unclear");
    written.textContent = person.name;
    place.appendChild(written);
    place.appendChild(document.createTextNode(" " + person.hint));
  }

  function choose(field, person) {
    closeList(field);
    field.value = person.no;
    field.dataset.known = person.no;
    name(whomOf(field), person);
    addUp(formOf(field));
  }

  function select(field, option) {
    all(listOf(field), "[role=option]").forEach(function (each) {
      each.setAttribute("aria-selected", each === option ? "true" : "false");
    });
    field.setAttribute("aria-activedescendant", option.id);
  }

  function offer(field, people) {
    var list = document.createElement("ul");
    closeList(field);
    list.className = "offered";
    list.id = field.id + "-offered";
    list.setAttribute("role", "listbox");
    people.forEach(function (person, place) {
      var option = document.createElement("li");
      option.id = list.id + "-" + place;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      name(option, { name: person.name, hint: person.hint + " · " + person.no });
      option.person = person;
      option.addEventListener("mousedown", function (event) {
        event.preventDefault();
        choose(field, person);
      });
      list.appendChild(option);
    });
    field.after(list);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "true");
    say(field, formOf(field).dataset.several);
  }

  function lookUp(field) {
    var form = formOf(field);
    var sent = new FormData();
    sent.append("words", field.value.trim());
    sent.append("csrf_token", form.querySelector("input[name=csrf_token]").value);
    return fetch(form.dataset.people, { method: "POST", body: sent, credentials: "same-origin" }).then(function (answer) {
      return answer.ok ? answer.json() : null;
    }).catch(function () { return null; });
  }

  /* Tells whether the typist may go on. Where nobody answers, the server asks when the sheet is saved. */
  function settle(field) {
    var words = field.value.trim();
    if (words === "" || words === field.dataset.known) { closeList(field); return Promise.resolve(true); }
    return lookUp(field).then(function (found) {
      if (field.value.trim() !== words) { return false; }
      if (found === null) { return true; }
      if (found.people.length === 1) { choose(field, found.people[0]); return true; }
      if (found.people.length === 0) { closeList(field); say(field, formOf(field).dataset.nobody); return true; }
      offer(field, found.people);
      return false;
    });
  }

  function suggest(field) {
    var mine = asked += 1;
    setTimeout(function () {
      if (mine !== asked || field.value.trim() === "") { return; }
      lookUp(field).then(function (found) {
        if (mine !== asked || found === null || document.activeElement !== field) { return; }
        if (found.people.length > 1) { offer(field, found.people); return; }
        closeList(field);
        if (found.people.length === 1) { name(whomOf(field), found.people[0]); } else { say(field, formOf(field).dataset.nobody); }
      });
    }, LOOK_UP_AFTER);
  }

  /* ---- The way of the keys ---- */
  function fieldsOf(form) {
    return all(form, "input, select, button").filter(function (each) {
      return each.type !== "hidden" && each.offsetParent !== null;
    });
  }

  function after(field) {
    var fields = fieldsOf(formOf(field));
    var card = field.type === "radio" && field.value !== "again" ? field.closest("fieldset") : null;
    return fields.slice(fields.indexOf(field) + 1).find(function (each) {
      return each.name !== field.name && !(card && card.contains(each));
    });
  }

  function beside(field, step) {
    var cell = field.closest("td");
    var row = cell && cell.parentNode[step > 0 ? "nextElementSibling" : "previousElementSibling"];
    return row ? row.cells[cell.cellIndex].querySelector("input, select") : null;
  }

  function go(target) {
    if (!target) { return; }
    target.focus();
    target.scrollIntoView({ block: "nearest" });
    if (target.select) { target.select(); }
  }

  function leave(field, target) {
    if (!field.matches("[data-who]")) { go(target); return; }
    asked += 1;
    settle(field).then(function (mayGoOn) { if (mayGoOn && document.activeElement === field) { go(target); } });
  }

  function moveInList(field, step) {
    var options = all(listOf(field), "[role=option]");
    var here = options.findIndex(function (each) { return each.getAttribute("aria-selected") === "true"; });
    select(field, options[(here + step + options.length + (here < 0 && step < 0 ? 1 : 0)) % options.length]);
  }

  function enter(field) {
    var list = openListOf(field);
    var chosen = list && list.querySelector("[aria-selected=true]");
    if (chosen) { choose(field, chosen.person); go(after(field)); return; }
    if (list) { moveInList(field, 1); return; }
    leave(field, after(field));
  }

  function openListOf(field) { return field.matches("[data-who]") ? listOf(field) : null; }

  document.addEventListener("keydown", function (event) {
    var field = event.target;
    if (!field.matches("[data-keying] input, [data-keying] select") || event.isComposing) { return; }
    var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") {
      event.preventDefault();
      if (event.ctrlKey) { leave(field, formOf(field).querySelector("button.primary")); } else { enter(field); }
      return;
    }
    if (event.key === "Escape" && openListOf(field)) { event.preventDefault(); closeList(field); return; }
    if (!step || field.type === "radio" || field.tagName === "SELECT") { return; }
    event.preventDefault();
    if (openListOf(field)) { moveInList(field, step); } else { leave(field, beside(field, step)); }
  });

  document.addEventListener("focusout", function (event) {
    var field = event.target;
    if (field.matches("[data-keying] [data-who]") && listOf(field)) { closeList(field); }
    else if (field.matches("[data-keying] [data-who]") && event.relatedTarget) { asked += 1; settle(field); }
  });

  document.addEventListener("input", function (event) {
    var field = event.target;
    if (!field.matches("[data-keying] input, [data-keying] select")) { return; }
    var card = field.type === "radio" ? null : field.closest("fieldset");
    var again = card && card.querySelector("input[type=radio][value=again]");
    if (again) { again.checked = true; }
    if (field.matches("[data-who]")) {
      closeList(field);
      say(field, "");
      all(field.closest("td"), "select").forEach(function (each) { each.value = ""; });
      suggest(field);
    }
    addUp(formOf(field));
  });

  /* ---- Running sums, to be compared with the foot of the paper ---- */
  function valueIn(row, end) {
    var field = row.querySelector("[name$='-" + end + "']");
    if (!field) { return ""; }
    return field.type === "checkbox" ? (field.checked ? "1" : "") : field.value.trim();
  }

  function mealsIn(row) {
    var who = valueIn(row, "chosen") || valueIn(row, "who");
    var came = Number(valueIn(row, "count")) || Number(valueIn(row, "companions")) || valueIn(row, "note") || valueIn(row, "is_unregistered");
    var isRegular = row.dataset.regular !== "" && who === row.dataset.regular;
    if (!came && (isRegular || !(who || valueIn(row, "price")))) { return 0; }
    var count = valueIn(row, "count") === "" ? (isRegular ? 0 : 1) : Number(valueIn(row, "count"));
    return count + Number(valueIn(row, "companions") || 0);
  }

  function addUp(form) {
    var sums = { rows: 0, meals: 0, fen: 0 };
    if (!form.querySelector("[data-total]")) { return; }
    all(form, "tr[data-row]").forEach(function (row) {
      var meals = mealsIn(row) || 0;
      var price = valueIn(row, "price");
      sums.rows += meals > 0 ? 1 : 0;
      sums.meals += meals;
      sums.fen += meals * (price === "" ? Number(form.dataset.price) : Math.round(Number(price) * 100) || 0);
    });
    form.querySelector("[data-total=rows]").textContent = sums.rows;
    form.querySelector("[data-total=meals]").textContent = sums.meals;
    form.querySelector("[data-total=yuan]").textContent = (sums.fen / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }

  document.addEventListener("DOMContentLoaded", function () {
    all(document, "[data-keying]").forEach(function (form) {
      all(form, "[data-who]").forEach(function (field) {
        if (whomOf(field).textContent !== "") { field.dataset.known = field.value; }
      });
      addUp(form);
      go(form.querySelector("[aria-invalid=true]") || fieldsOf(form).find(function (each) {
        return each.matches("[data-keying] input") && each.value === "" || each.type === "radio";
      }));
    });
  });
}());
