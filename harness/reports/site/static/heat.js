// Tasks by methods as a heat map: a cell is the mean over the seeds of a method, the hardest tasks first.
(function () {
  "use strict";
  const { el, runLink } = window.Dom;
  const F = window.Format;

  function methods(columns) {
    const found = new Map();
    for (const column of columns) found.set(column.name, [...(found.get(column.name) || []), column]);
    return [...found];
  }

  const mean = (columns, n) => columns.reduce((sum, column) => sum + column.scores[n], 0) / columns.length;

  function cell(name, columns, row) {
    const score = mean(columns, row.n);
    const said = `${name} on ${row.task}: ${F.percent(score)} % over ${columns.length} runs`;
    return el("a", { class: `heat h${Math.round(10 * score)}`, href: runLink(columns[0].run, "task", columns[0].agent, row.task), title: said, "aria-label": said }, Math.round(100 * score));
  }

  function map(rows, columns) {
    const found = methods(columns);
    const shown = [
      { title: "Task", text: true, value: (r) => r.task, cell: (r) => r.task },
      { title: "Category", text: true, value: (r) => r.category, cell: (r) => r.category },
      ...found.map(([name, mine]) => ({ title: name, value: (r) => mean(mine, r.n), cell: (r) => cell(name, mine, r) })),
    ];
    const hardest = [...rows].sort((a, b) => a.mean - b.mean || a.n - b.n);
    return window.Table.paged("Tasks by methods, mean over seeds", shown, hardest, 150, { class: "matrix heated" });
  }
  window.Heat = { map };
})();
