// Two runs side by side: scores, what they took, settings that differ, tasks that flipped.
(function () {
  "use strict";
  const { el, show, link, chip, runLink, scroller } = window.Dom;
  const F = window.Format;
  const field = (id) => document.getElementById(id);

  function byTask(tests) {
    const found = new Map();
    for (const r of tests) {
      if (r.agent !== "trained") continue;
      if (!found.has(r.task)) found.set(r.task, { category: r.category, rollouts: [], score: 0 });
      const row = found.get(r.task);
      row.rollouts.push(r);
      row.score += (r.score - row.score) / row.rollouts.length;
    }
    return found;
  }

  function sum(rows, n) {
    const training = (rows || []).filter((row) => row[0] !== "test");
    return training.some((row) => row[n] === null) ? null : training.reduce((total, row) => total + row[n], 0);
  }

  function sides(a, b) {
    const fact = (run, name) => ((run.facts || []).find(([title]) => title === name) || [])[1];
    const lines = [
      ["method", (r) => r.method], ["seed", (r) => r.seed], ["backbone", (r) => r.backbone + (r.simulated ? " (simulated)" : "")], ["test %", (r) => F.percent(r.mean)],
      ["vanilla %", (r) => F.percent(r.vanilla)], ["tokens of the training", (r) => F.count(sum(r.usage, 3) + sum(r.usage, 5))],
      ["money of the training", (r) => F.money(sum(r.usage, 6))], ["critical path", (r) => F.seconds(fact(r, "seconds on the critical path"))],
      ["optimizer calls", (r) => F.count(fact(r, "optimizer calls"))], ["merge calls", (r) => F.count(fact(r, "merge calls"))],
    ];
    const settings = [new Map(a.settings), new Map(b.settings)];
    const differing = [...new Set([...settings[0].keys(), ...settings[1].keys()])].filter((name) => name !== "seed" && name !== "method.name" && settings[0].get(name) !== settings[1].get(name));
    const row = ([name, value], code) => el("tr", {}, el("th", { scope: "row" }, name), [a, b].map((run, n) => el("td", {}, code ? el("code", {}, settings[n].get(name) ?? "–") : value(run))));
    return el("table", { class: "sides" }, el("caption", { class: "unseen" }, "The two runs"),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, ""), el("th", { scope: "col" }, "A ", link(runLink(a.slug), a.id)), el("th", { scope: "col" }, "B ", link(runLink(b.slug), b.id)))),
      el("tbody", {}, lines.map((line) => row(line))),
      differing.length ? el("tbody", {}, el("tr", {}, el("th", { scope: "rowgroup", colspan: 3, class: "group" }, `${differing.length} settings differ`)), differing.map((name) => row([name], true))) : null);
  }

  async function draw(slugA, slugB) {
    const [a, b] = await Promise.all([window.Data.run(slugA, "run"), window.Data.run(slugB, "run")]);
    const parts = [scroller("The two runs", sides(a, b))];
    if (a.simulated !== b.simulated || a.env !== b.env) {
      parts.push(el("p", { class: "error" }, a.env !== b.env ? "The runs are on different environments: their tasks are not compared." : "A simulated model and a real one are not compared."));
      return show("view", parts);
    }
    const [x, y] = (await Promise.all([window.Data.tests(slugA), window.Data.tests(slugB)])).map(byTask);
    const rows = [...x].filter(([task]) => y.has(task)).map(([task, left]) => ({ task, category: left.category, left, right: y.get(task), gain: y.get(task).score - left.score }));
    const flipped = rows.filter((row) => Math.abs(row.gain) > 1e-9).sort((p, q) => q.gain - p.gain);
    const wins = flipped.filter((row) => row.gain < 0).length;
    const cells = (run, side) => side.rollouts.map((r) => window.Rollouts.outcome(run, r));
    const columns = [
      { title: "Task", text: true, value: (r) => r.task, cell: (r) => r.task },
      { title: "Category", text: true, value: (r) => r.category, cell: (r) => r.category },
      { title: "A", value: (r) => r.left.score, cell: (r) => cells(a, r.left) },
      { title: "B", value: (r) => r.right.score, cell: (r) => cells(b, r.right) },
      { title: "Steps", text: true, cell: (r) => link(window.Dom.pairLink(a.slug, r.left.rollouts[0].number, b.slug, r.right.rollouts[0].number), "difference") },
      { title: "B − A", down: true, value: (r) => r.gain, cell: (r) => (r.gain ? F.signed(r.gain) : "") },
    ];
    parts.push(el("h2", {}, "Task by task"));
    if (!rows.length) {
      parts.push(el("p", { class: "error" }, x.size && y.size ? "The runs were tested on different splits that share no task: they cannot be compared." : "A run has not been tested: there is nothing to compare."));
      return show("view", parts);
    }
    if (rows.length < Math.max(x.size, y.size)) {
      parts.push(el("p", { class: "error" }, `The runs were tested on different splits (A ${a.split}: ${x.size} tasks, B ${b.split}: ${y.size} tasks). Only the ${rows.length} tasks of both are compared; the means above are over other tasks.`));
    }
    const mean = rows.reduce((total, row) => total + row.gain, 0) / rows.length;
    parts.push(
        el("p", {}, chip(`A better on ${wins}`, "a"), " ", chip(`B better on ${flipped.length - wins}`, "b"), " ", chip(`${rows.length - flipped.length} ties`), ` of ${rows.length} shared tasks; B − A is ${F.signed(mean)} points.`),
        el("p", { class: "muted" }, "For p-values, the interval of the difference and the smallest detectable one: ", el("code", {}, `harness compare ${a.id} ${b.id}`)),
        el("h3", {}, `Flipped: ${flipped.length}`),
        flipped.length ? window.Table.paged("Flipped tasks", columns, flipped, 200, { class: "matrix" }) : el("p", { class: "muted" }, "None."),
        el("details", { class: "fold" }, el("summary", {}, `All ${rows.length} tasks`), window.Table.paged("All tasks", columns, rows, 200, { class: "matrix" })));
    return show("view", parts);
  }

  async function route(data) {
    const [slugA, slugB] = location.hash.slice(1).split("&").map(decodeURIComponent);
    const known = new Set(data.runs.map((run) => run.slug));
    const twin = (run) => data.runs.some((other) => other !== run && other.env === run.env && other.split === run.split && run.split);
    const first = known.has(slugA) ? slugA : (data.runs.find(twin) || data.runs[0]).slug;
    const mine = data.runs.find((run) => run.slug === first);
    // The first choice is a run that was tested on the same tasks with the same kind of model.
    const fits = [(run) => run.split === mine.split && run.simulated === mine.simulated, () => true];
    const others = data.runs.filter((run) => run.slug !== first && run.env === mine.env);
    const other = fits.map((fit) => others.find(fit)).find(Boolean);
    field("a").value = first;
    field("b").value = known.has(slugB) ? slugB : (other || data.runs[0]).slug;
    try { await draw(field("a").value, field("b").value); } catch (error) { show("view", el("p", { class: "error" }, error.message)); }
  }

  window.Data.load("index").then(function (data) {
    if (!data.runs.length) { show("view", el("p", { class: "muted" }, "There are no runs.")); return; }
    for (const id of ["a", "b"]) {
      field(id).append(...data.runs.map((run) => el("option", { value: run.slug }, `${run.env} · ${run.method} · seed ${run.seed} · ${F.percent(run.mean)} · ${run.id}`)));
      field(id).addEventListener("input", () => { location.hash = [field("a").value, field("b").value].map(encodeURIComponent).join("&"); });
    }
    field("choice").addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", () => route(data));
    route(data);
  }, (error) => show("view", el("p", { class: "error" }, error.message)));
})();
