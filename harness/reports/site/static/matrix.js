// A board's tasks by the runs of its methods; each cell leads to the trajectory.
(function () {
  "use strict";
  const { el, show, link, runLink, scroller, chip } = window.Dom;
  const F = window.Format;

  function cell(column, task, score) {
    const kind = score >= 1 ? "won" : score > 0 ? "part" : "lost";
    const said = `${column.name}, seed ${column.seed}: ${F.percent(score)} %`;
    return el("a", { class: "cell " + kind, href: runLink(column.run, "task", column.agent, task), title: said, "aria-label": said },
      score >= 1 ? "✓" : score > 0 ? F.percent(score) : "✗");
  }

  function draw(data) {
    const [env, backbone, simulated] = data.title;
    const rows = data.tasks.map(([task, category], n) => ({ task, category, n, mean: data.columns.reduce((sum, c) => sum + c.scores[n], 0) / data.columns.length }));
    const columns = [
      { title: "Task", text: true, value: (r) => r.task, cell: (r) => r.task },
      { title: "Category", text: true, value: (r) => r.category, cell: (r) => r.category },
      { title: "Mean %", value: (r) => r.mean, cell: (r) => F.percent(r.mean) },
      ...data.columns.map((column) => ({ title: `${column.name} · ${column.seed}`, hint: "method and seed", value: (r) => column.scores[r.n], cell: (r) => cell(column, r.task, column.scores[r.n]) })),
    ];
    document.title = `${env} ${backbone}: tasks by methods`;
    show("view", el("p", { class: "crumbs" }, link("index.html", "Leaderboard"), " / tasks by methods"),
      el("h1", {}, `${env} · ${backbone} `, simulated ? chip("simulated model", "warn") : chip("real model")),
      el("h2", {}, "By method"),
      el("p", { class: "muted" }, "Mean over seeds and trials in percent; the tasks that fewest runs solve come first."),
      window.Heat.map(rows, data.columns),
      el("h2", {}, "By run"),
      el("p", { class: "muted" }, "One column a run: method and seed. ✓ solved, ✗ failed, a number is the mean over trials in percent."),
      window.Table.paged("Tasks by methods", columns, rows, 150, { class: "matrix wide" }));
  }

  function route() {
    window.Data.load("boards/" + (location.hash.slice(1) || "0")).then(draw, (error) => show("view", el("p", { class: "error" }, error.message)));
  }
  addEventListener("hashchange", route);
  route();
})();
