// The rollouts of a run: the test's tasks by (trained, vanilla), and those of the training with filters.
(function () {
  "use strict";
  const { el, link, runLink } = window.Dom;
  const F = window.Format;

  function outcome(run, rollout) {
    const kind = rollout.success ? "won" : rollout.score > 0 ? "part" : "lost";
    const said = rollout.success ? "solved" : rollout.score > 0 ? `score ${F.percent(rollout.score)}` : "failed";
    return el("a", { class: "cell " + kind, href: runLink(run.slug, "rollout", rollout.number), "aria-label": `${rollout.agent}, trial ${rollout.trial}: ${said}`, title: `${said} in ${rollout.steps} steps` },
      rollout.success ? "✓" : rollout.score > 0 ? F.percent(rollout.score) : "✗");
  }

  async function tests(run) {
    const agents = ["trained", "vanilla"];
    const byTask = new Map(run.tasks.map((task) => [task, { task, category: "", trained: [], vanilla: [] }]));
    for (const rollout of await window.Data.tests(run.slug)) {
      if (!byTask.has(rollout.task)) byTask.set(rollout.task, { task: rollout.task, category: "", trained: [], vanilla: [] });
      const row = byTask.get(rollout.task);
      row.category = rollout.category;
      if (row[rollout.agent]) row[rollout.agent].push(rollout);
    }
    const rows = [...byTask.values()];
    const shown = agents.filter((agent) => rows.some((row) => row[agent].length));
    const mean = (list) => (list.length ? list.reduce((sum, r) => sum + r.score, 0) / list.length : null);
    const steps = (list) => (list.length ? list.reduce((sum, r) => sum + r.steps, 0) / list.length : null);
    const columns = [
      { title: "Task", text: true, value: (r) => r.task, cell: (r) => r.task },
      { title: "Category", text: true, value: (r) => r.category, cell: (r) => r.category },
      ...shown.map((agent) => ({ title: agent, value: (r) => mean(r[agent]), cell: (r) => r[agent].map((one) => outcome(run, one)) })),
      { title: "Steps", hint: "of the trained agent, mean over trials", value: (r) => steps(r.trained), cell: (r) => F.count(steps(r.trained)) },
    ];
    if (!rows.length) return el("p", { class: "muted" }, "The test has not been run yet.");
    // The outcome is that of the trained agent, where it was tested.
    const judged = (row) => (row.trained.length ? row.trained : row.vanilla);
    return window.Filters.filtered(rows, judged, [["Category", (r) => r.category]], (place, kept) =>
      place.replaceChildren(el("p", { class: "muted" }, `${F.count(kept.length)} of ${rows.length} tasks`), window.Table.paged("Tasks by agents", columns, kept, 200, { class: "matrix" })));
  }

  function pages(run, index, first, number) {
    if (index.pages.length - first < 2) return null;
    const option = (scope, n) => el("option", { value: n, selected: n === number ? "" : null }, `from ${F.count(n * index.page)}${scope ? ", " + scope : ""}`);
    const choose = (event) => { location.hash = runLink(run.slug, "training", event.target.value).split("#")[1]; };
    return el("label", { class: "pages" }, `Of ${F.count(index.rollouts)} rollouts, ${F.count(index.page)} at a time: `,
      el("select", { "data-pages": "", on: { input: choose } }, index.pages.map((scope, n) => (n < first ? null : option(scope, n)))));
  }

  // Of a long training, one page of rollouts at a time: `which` is its number, and by default the first one.
  async function training(run, index, which) {
    if (index.rollouts === index.tests) return el("p", { class: "muted" }, "There was no training.");
    const first = Math.floor(index.tests / index.page);
    const number = which >= first && which < index.pages.length ? which : first;
    const rows = (await window.Data.page(run.slug, number)).filter((rollout) => !rollout.test);
    const columns = [
      { title: "Task", text: true, value: (r) => r.task, cell: (r) => link(runLink(run.slug, "rollout", r.number), r.task) },
      { title: "Category", text: true, value: (r) => r.category, cell: (r) => r.category },
      { title: "Scope", text: true, value: (r) => r.scope, cell: (r) => r.scope },
      { title: "Purpose", text: true, value: (r) => r.purpose, cell: (r) => r.purpose },
      { title: "Module", text: true, value: (r) => r.modules, cell: (r) => el("code", {}, F.short(r.modules)) },
      { title: "Outcome", value: (r) => r.score, cell: (r) => outcome(run, r) },
      { title: "Steps", value: (r) => r.steps, cell: (r) => r.steps },
      { title: "Tokens", value: (r) => r.tokens, cell: (r) => F.count(r.tokens) },
    ];
    return el("div", {}, pages(run, index, first, number), window.Filters.filtered(rows, (row) => [row], [["Scope", (r) => r.scope], ["Purpose", (r) => r.purpose]], (place, kept) =>
      place.replaceChildren(el("p", { class: "muted" }, `${F.count(kept.length)} rollouts`), window.Table.paged("Training rollouts", columns, kept, 200, { class: "tasks" }))));
  }

  window.Rollouts = { tests, training, outcome };
})();
