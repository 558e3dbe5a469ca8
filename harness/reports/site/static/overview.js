// What a run is: scores, usage, the learned module, configuration, sessions.
(function () {
  "use strict";
  const { el, facts, scroller, link, runLink } = window.Dom;
  const F = window.Format;
  const TITLES = { test: "Test", vanilla: "Vanilla, same test", train: "Training, last exploration", backtest: "Last backtest", before: "Training, untouched agent" };

  function scores(run) {
    if (!run.scores) return el("p", { class: "muted" }, "This run has not ended: there are no scores yet.");
    const place = (name) => (Object.keys(TITLES).indexOf(name) + 1 || 9);
    const ordered = [...run.scores].sort((a, b) => place(a[0]) - place(b[0]));
    return el("div", { class: "cards" }, ordered.map(([name, mean, n, parts]) =>
      el("article", { class: "card" + (name === "test" ? " main" : "") },
        el("h3", {}, TITLES[name] || name), el("p", { class: "big" }, F.percent(mean), el("small", {}, " %")),
        el("p", { class: "muted" }, `${n} rollouts`),
        el("ul", { class: "parts" }, parts.map(([title, share, count]) =>
          el("li", {}, el("span", {}, title), el("span", { class: "number" }, `${F.percent(share)} of ${count}`)))))));
  }

  function usageTable(title, rows, estimate) {
    if (!rows || !rows.length) return null;
    const expected = new Map((estimate || []).map((row) => [row[0] + "/" + row[1], row]));
    const total = ["all", "", ...[2, 3, 4, 5].map((n) => rows.reduce((sum, row) => sum + row[n], 0)),
      rows.some((row) => row[6] === null) ? null : rows.reduce((sum, row) => sum + row[6], 0),
      rows.reduce((sum, row) => sum + row[7], 0)];
    const number = (name, n, format) => ({ title: name, value: (row) => row[n], cell: (row) => format(row[n]) });
    const columns = [
      { title: "Phase", text: true, value: (row) => row[0], cell: (row) => row[0] },
      { title: "Role", text: true, value: (row) => row[1], cell: (row) => row[1] },
      number("Calls", 2, F.count), number("Prompt", 3, F.count), number("of it cached", 4, F.count),
      number("Completion", 5, F.count), number("Money", 6, F.money), number("Latency, summed", 7, F.seconds),
    ];
    if (expected.size) columns.push({ title: "Calls expected", value: null, cell: (row) => { const e = expected.get(row[0] + "/" + row[1]); return e ? F.count(e[2]) : "–"; } });
    return [el("h3", {}, title), scroller(title, window.Table.table(title, columns, rows, { pinned: [total] }))];
  }

  function measures(run) {
    const shown = (run.measures || []).filter((one) => one.agents.length);
    if (!shown.length) return null;
    const agents = [...new Set(shown.flatMap((one) => one.agents.map(([agent]) => agent)))];
    const of = (one, agent) => one.agents.find(([name]) => name === agent);
    const text = (one, agent) => { const found = of(one, agent); return found ? `${one.share ? F.percent(found[1]) + " %" : F.count(Math.round(found[1]))} (${found[2]})` : ""; };
    const columns = [{ title: "Measure", text: true, value: (one) => one.name, cell: (one) => one.name }];
    agents.forEach((agent) => columns.push({ title: TITLES[agent === "trained" ? "test" : agent] || agent, value: (one) => (of(one, agent) || [0, -1])[1], cell: (one) => text(one, agent) }));
    return [el("h3", {}, "Measures of the final test"), scroller("Measures of the final test", window.Table.table("Measures of the final test", columns, shown))];
  }

  function ruleTables(run) {
    return (run.rules || []).map((found) => {
      const share = (score) => (score ? `${F.percent(score[0])} (${score[1]})` : "");
      const columns = [{ title: found.note, text: true, value: (row) => row[0], cell: (row) => row[0] }];
      found.places.forEach((place, n) => columns.push({ title: place, value: (row) => (row[1][n] ? row[1][n][0] : -1), cell: (row) => share(row[1][n]) }));
      const text = (title, n) => ({ title, text: true, value: (row) => row[n], cell: (row) => row[n] });
      const percent = (title, n) => ({ title, value: (row) => row[n], cell: (row) => F.percent(row[n]) });
      const lost = [text("Merge", 0), text("Followed by", 1), text(found.note, 2), percent("Before, %", 3), percent("After, %", 4),
        { title: "Tasks", value: (row) => row[5], cell: (row) => F.count(row[5]) }];
      const title = `${found.note}: success of merged modules in % (training rollouts)`;
      const what = `${found.note} that a merge lost`;
      return [el("h3", {}, title), scroller(title, window.Table.table(title, columns, found.rows)),
        found.lost.length ? [el("h3", {}, what), scroller(what, window.Table.table(what, lost, found.lost))] : null];
    });
  }

  function fold(title, rows, open) {
    if (!rows.length) return null;
    return el("details", { class: "fold", open }, el("summary", {}, `${title} (${rows.length})`), facts(rows));
  }

  function sessions(run) {
    return el("ol", { class: "sessions" }, run.sessions.map(([started, seconds, status, message, calls, usd, broken]) =>
      el("li", {}, `${started.replace("T", " ").slice(0, 19)} · ${F.seconds(seconds)} · ${status} · ${F.count(calls)} calls paid, ${F.money(usd)}`,
        broken ? ` · ${broken} rollouts broken and tried again` : "", message ? el("p", { class: "error" }, message) : null)));
  }

  function prompts(run, lineage) {
    const made = lineage.modules.find(([digest]) => digest === (run.module || lineage.final));
    const final = lineage.events.filter((event) => event.modules === (made && made[0]) && event.parents.length).pop();
    return [
      el("h2", {}, "Learned module"),
      made ? made[1].map(([name, text]) => [el("h3", {}, name), el("pre", { class: "text" }, text || " ")])
        : el("p", { class: "muted" }, "None yet."),
      final ? el("p", {}, link(runLink(run.slug, "lineage", final.id), "How it was made")) : null,
      el("h2", {}, "Prompts"),
      el("p", { class: "prose" }, "Each rollout's page shows every message to and from the agent's model. Evaluator, optimizer and merger are asked with the templates below; the record holds what goes into them and the digests of the templates. As they were sent, they are printed by ",
        el("code", {}, `harness replay ${run.id} --calls optimizer`), "."),
      run.prompts.length ? facts(run.prompts.map(([name, digest]) => [name, el("code", {}, F.short(digest))])) : null,
    ];
  }

  function overview(run, lineage) {
    return [
      scores(run),
      el("div", { class: "columns" }, el("div", {}, prompts(run, lineage)),
        el("div", {}, el("h2", {}, "What it took"),
          run.facts ? facts(run.facts.map(([name, value]) => [name, name.startsWith("seconds") ? F.seconds(value) : F.count(value)])) : null,
          el("h2", {}, "Sessions"), sessions(run))),
      usageTable("Usage of the method and its test", run.usage, run.estimate),
      usageTable("Usage of the vanilla test", run.usage_vanilla),
      measures(run),
      ruleTables(run),
      el("h2", {}, "Configuration"),
      fold("Budget and limits", run.settings.filter(([name]) => name.startsWith("budget")), true),
      fold("Method", run.settings.filter(([name]) => name.startsWith("method.")), true),
      fold("All settings", run.settings), fold("Environment", run.environment), fold("Versions", run.versions),
      fold("Tasks in each split", run.splits),
    ];
  }
  window.Overview = { overview };
})();
