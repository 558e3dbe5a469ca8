// A table whose columns sort by a click or a key; rows without a value come last, pinned rows stay below.
(function () {
  "use strict";
  const { el } = window.Dom;

  function compare(a, b) {
    if (a === b) return 0;
    if (a === null || a === undefined) return 1;
    if (b === null || b === undefined) return -1;
    return typeof a === "string" ? a.localeCompare(b) : a - b;
  }

  // columns: {title, value(row), cell(row), text: left-aligned, down: first click sorts downwards, hint}
  // `header` names the column that heads each row, for those who listen.
  function table(caption, columns, rows, options) {
    const settings = Object.assign({ sort: null, pinned: [], row: null, header: 0 }, options);
    const body = el("tbody");
    const pinned = el("tbody", { class: "pinned" });
    let sorted = settings.sort === null ? null : { column: settings.sort, down: Boolean(settings.down) };

    function line(row) {
      const cells = columns.map((column, n) =>
        el(n === settings.header ? "th" : "td",
          { class: column.text ? null : "number", scope: n === settings.header ? "row" : null }, column.cell(row)));
      return el("tr", settings.row ? settings.row(row) : {}, cells);
    }
    function fillBody() {
      let order = rows;
      if (sorted) {
        const value = columns[sorted.column].value;
        const sign = sorted.down ? -1 : 1;
        order = [...rows].sort((a, b) => {
          const [x, y] = [value(a), value(b)];
          if (x === null || x === undefined || y === null || y === undefined) return compare(x, y);
          return sign * compare(x, y);
        });
      }
      body.replaceChildren(...order.map(line));
      heads.forEach((head, n) => {
        if (!columns[n].value) return;
        const mine = sorted && sorted.column === n;
        head.setAttribute("aria-sort", mine ? (sorted.down ? "descending" : "ascending") : "none");
      });
    }
    const heads = columns.map((column, n) => {
      if (!column.value) return el("th", { scope: "col", class: column.text ? null : "number" }, column.title);
      const act = function () {
        const down = sorted && sorted.column === n ? !sorted.down : Boolean(column.down);
        sorted = { column: n, down };
        fillBody();
      };
      const button = el("button", { type: "button", class: "sort", title: column.hint, on: { click: act } }, column.title);
      return el("th", { scope: "col", class: column.text ? null : "number" }, button);
    });
    pinned.append(...settings.pinned.map(line));
    fillBody();
    return el("table", { class: settings.class },
      el("caption", { class: "unseen" }, caption), el("thead", {}, el("tr", {}, heads)), body,
      settings.pinned.length ? pinned : null);
  }

  // At most `size` rows at a time, with a button for more.
  function paged(caption, columns, rows, size, options) {
    const place = el("div");
    let shown = size;
    function draw() {
      const more = rows.length > shown
        ? el("button", { type: "button", class: "quiet", on: { click: () => { shown += size; draw(); } } },
            `Show ${Math.min(size, rows.length - shown)} more of ${rows.length - shown}`)
        : null;
      place.replaceChildren(window.Dom.scroller(caption, table(caption, columns, rows.slice(0, shown), options)));
      if (more) place.append(more);
    }
    draw();
    return place;
  }

  window.Table = { table, paged };
})();
