// Environments by methods: the mean of each method's best row on each board.
(function () {
  "use strict";
  const { el, chip, scroller } = window.Dom;
  const F = window.Format;

  function best(board, method) {
    return board.rows.filter((row) => row.method === method).reduce((top, row) => (top && top.mean >= row.mean ? top : row), null);
  }

  function overview(boards) {
    if (!boards.length) return null;
    const names = [...new Set(boards.flatMap((board) => board.rows.map((row) => row.method)))];
    const rows = names.map((method) => ({ method, scores: boards.map((board) => best(board, method)) }));
    const columns = [
      { title: "Method", text: true, value: (r) => r.method, cell: (r) => el("strong", {}, r.method) },
      ...boards.map((board, n) => ({
        title: `${board.env} · ${board.backbone}`, down: true, value: (r) => (r.scores[n] ? r.scores[n].mean : null),
        cell: (r) => r.scores[n] ? el("a", { href: `#board-${board.number}`, class: `heat h${Math.round(10 * r.scores[n].mean)}`, title: `rank ${r.scores[n].rank} of ${board.rows.length}` }, F.percent(r.scores[n].mean)) : "",
      })),
    ];
    return [el("h2", {}, "Environments by methods"),
      el("p", { class: "muted" }, "Mean success in percent, of the best row of each method. ",
        boards.some((board) => board.simulated) ? [chip("simulated", "warn"), " models say nothing about real ones."] : null),
      scroller("Environments by methods", window.Table.table("Environments by methods", columns, rows, { class: "overall" }))];
  }
  window.Overall = { overview };
})();
