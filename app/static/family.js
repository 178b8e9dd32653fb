/* Opens a family's link: what stands behind the # goes to us in a form, and leaves the address. ES2019 at most. */
(function () {
  "use strict";
  function open() {
    var token = window.location.hash.slice(1);
    if (!/^[\w-]{54}$/.test(token)) { return; }
    var form = document.getElementById("family-door");
    window.history.replaceState(null, "", window.location.pathname);
    if (!form) { window.location.replace("/family/#" + token); return; }
    form.elements.link.value = token;
    form.submit();
  }
  window.addEventListener("hashchange", open);
  open();
}());
