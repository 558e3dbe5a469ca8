// The changed lines between two texts, as the builder found them.
(function () {
  "use strict";
  const { el } = window.Dom;
  const KINDS = { "+": "added", "-": "removed", "@": "place", " ": "same" };
  const SPOKEN = { "+": "added: ", "-": "removed: " };

  function diff(lines) {
    if (!lines.length) return el("p", { class: "muted" }, "No difference.");
    return el("pre", { class: "diff" }, lines.map(([mark, line]) =>
      el("span", { class: KINDS[mark] || "same" },
        el("span", { class: "mark", "aria-hidden": "true" }, mark === "@" ? "" : mark),
        SPOKEN[mark] ? el("span", { class: "unseen" }, SPOKEN[mark]) : null, line || " ")));
  }
  window.Diff = { diff };
})();
