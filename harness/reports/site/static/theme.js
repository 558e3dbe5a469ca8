// Before the first paint: the theme that was chosen earlier. Without a choice the system's holds.
(function () {
  "use strict";
  const root = document.documentElement;
  function stored() { try { return localStorage.getItem("theme"); } catch (error) { return null; } }
  function current() {
    return root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  }
  const chosen = stored();
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  document.addEventListener("DOMContentLoaded", function () {
    const button = document.getElementById("theme");
    function label() { button.textContent = current() === "dark" ? "Light" : "Dark"; }
    button.addEventListener("click", function () {
      root.dataset.theme = current() === "dark" ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch (error) { /* a private window: not kept */ }
      label();
    });
    document.getElementById("skip").addEventListener("click", function (event) {
      event.preventDefault(); // the part after # is the address within a page
      document.getElementById("main").focus();
    });
    label();
  });
})();
