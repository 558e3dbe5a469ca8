// How the modules came about: the graph, every event by scope, and one event in full.
(function () {
  "use strict";
  const { el, link, chip, facts, runLink, scroller } = window.Dom;
  const F = window.Format;

  function maker(lineage, digest, before) {
    const found = lineage.events.filter((event) => event.modules === digest && (event.parents.length || event.kind === "initial"));
    return found.filter((event) => event !== before).pop() || found.pop();
  }

  function moduleLink(run, lineage, digest, before) {
    const event = maker(lineage, digest, before);
    const text = event ? `${event.kind} ${event.scope || ""} ${F.short(digest)}` : F.short(digest);
    return event ? link(runLink(run.slug, "lineage", event.id), text) : text;
  }

  // Whether a gate let modules pass: it notes the merge it judged.
  function verdict(lineage, event) {
    for (const other of lineage.events) {
      const facts = new Map(other.facts);
      if (other.kind === "gate" && event.modules && facts.get("merge") === event.modules && facts.has("accepted")) return { event: other, accepted: facts.get("accepted") === "true" };
    }
    return null;
  }

  function fact(run, lineage, text) {
    return /^[0-9a-f]{64}$/.test(text) ? moduleLink(run, lineage, text) : el("pre", { class: "fact" }, text);
  }

  function flipTable(run, lineage, event, title, rows) {
    if (!rows.length) return null;
    return [el("h4", {}, `${title}: ${rows.length}`), scroller(title, window.Table.table(title, [
      { title: "Task", text: true, value: (r) => r[1], cell: (r) => r[1] },
      { title: "Before", value: (r) => r[5], cell: (r) => link(runLink(run.slug, "rollout", r[3]), F.percent(r[5])) },
      { title: "After", value: (r) => r[6], cell: (r) => link(runLink(run.slug, "rollout", r[4]), F.percent(r[6])) },
      { title: "Parent", text: true, value: (r) => r[2], cell: (r) => moduleLink(run, lineage, r[2], event) },
      { title: "Measured in", text: true, value: (r) => r[0], cell: (r) => r[0] },
    ], rows, { class: "tasks" }))];
  }

  async function flips(run, lineage, event) {
    if (!event.parents.length) return null;
    if (!event.compared) return el("p", { class: "muted" }, "No task was measured with it and with a parent in one purpose.");
    const rows = event.won + event.lost ? (await window.Data.run(run.slug, "flips-" + event.number)).flips : [];
    const won = rows.filter((row) => row[6] > row[5]);
    const lost = rows.filter((row) => row[6] < row[5]);
    return [
      el("h3", {}, "Tasks won and lost against the parents"),
      el("p", { class: "muted small" }, "Counted for each parent and purpose in which both were measured on the task."),
      el("p", {}, chip(`${event.won} won`, "good"), " ", chip(`${event.lost} lost`, "bad"), " ",
        chip(`${event.compared - event.won - event.lost} unchanged`)),
      rows.length < event.won + event.lost ? el("p", { class: "muted" }, `The first ${rows.length} are listed.`) : null,
      flipTable(run, lineage, event, "Won", won), flipTable(run, lineage, event, "Lost", lost),
    ];
  }

  async function detail(run, lineage, event) {
    const made = lineage.modules.find(([digest]) => digest === event.modules);
    const gate = verdict(lineage, event);
    const measured = lineage.events.filter((other) => other.score && event.modules && other.modules === event.modules);
    return el("article", { class: "detail", id: "event" },
      el("h2", { tabindex: "-1" }, event.kind, " ", el("span", { class: "label" }, event.scope || "run"), " ",
        event.modules ? el("code", {}, F.short(event.modules)) : null, " ",
        event.modules && event.modules === lineage.final ? chip("tested", "good") : null),
      gate ? el("p", {}, chip(gate.accepted ? "accepted by the gate" : "refused by the gate", gate.accepted ? "good" : "bad"), " ", link(runLink(run.slug, "lineage", gate.event.id), "why")) : null,
      event.parents.length ? el("p", {}, "Made from ", event.parents.map((digest, n) => [n ? ", " : "", moduleLink(run, lineage, digest, event)])) : null,
      event.leaks.length ? el("p", { class: "error" }, "Training truths or ids stand verbatim in it: ", event.leaks.join(", ")) : null,
      measured.length ? facts(measured.map((other) => [`${other.kind} in ${other.scope || "run"}`,
        `${F.percent(other.score[0])} % of ${other.score[1]}` + (other.score[2].length > 1 ? ` (${other.score[2].map(([name, mean]) => `${name} ${F.percent(mean)}`).join(", ")})` : "")])) : null,
      event.facts.length ? [el("h3", {}, "Noted"), facts(event.facts.map(([name, text]) => [name, fact(run, lineage, text)]))] : null,
      await flips(run, lineage, event),
      event.changes.map((change) => [
        el("h3", {}, "Changed against ", moduleLink(run, lineage, change.parent, event)),
        change.parts.map(([name, lines]) => [change.parts.length > 1 ? el("h4", {}, name) : null, window.Diff.diff(lines)]),
      ]),
      made ? el("details", { class: "fold", open: !event.changes.length }, el("summary", {}, "The whole module"),
        made[1].map(([name, text]) => [el("h4", {}, name), el("pre", { class: "text" }, text || " ")])) : null);
  }

  // Lists and tables are counted here; they stand in full on the event's own page.
  function brief(event) {
    const short = (text) => {
      if (!/^[[{]/.test(text)) return text.replace(/\s+/g, " ").slice(0, 60);
      try {
        const value = JSON.parse(text);
        return Array.isArray(value) ? `${value.length} listed` : `${Object.keys(value).length} facts`;
      } catch (error) { return text.slice(0, 60); }
    };
    return event.facts.map(([name, text]) => `${name}: ${short(text)}`).join(" · ").slice(0, 160);
  }

  function list(run, lineage, chosen) {
    const scopes = new Map();
    for (const event of lineage.events) {
      if (!scopes.has(event.scope)) scopes.set(event.scope, []);
      scopes.get(event.scope).push(event);
    }
    return [...scopes].map(([scope, events]) =>
      el("details", { class: "fold", open: scope === "" || events.some((event) => event.id === chosen) },
        el("summary", {}, `${scope || "run"} `, el("span", { class: "muted" }, `${events.length} ${events.length === 1 ? "event" : "events"}`)),
        el("ol", { class: "events" }, events.map((event) =>
          el("li", {}, el("a", { href: runLink(run.slug, "lineage", event.id), "aria-current": event.id === chosen ? "true" : null }, event.kind),
            " ", event.score ? el("span", { class: "number" }, `${F.percent(event.score[0])} % of ${event.score[1]}`) : null,
            " ", event.won + event.lost ? el("span", { class: "muted" }, `+${event.won} −${event.lost}`) : null,
            " ", el("span", { class: "muted" }, brief(event)))))));
  }

  async function view(run, lineage, chosen) {
    if (!lineage.events.length) return [el("p", { class: "muted" }, "This run has no lineage yet: it has not ended.")];
    const event = lineage.events.find((one) => one.id === chosen);
    return [
      window.Graph.graph(run, lineage, chosen),
      event ? await detail(run, lineage, event) : null,
      el("h2", {}, "Every event"), list(run, lineage, chosen),
    ];
  }
  window.Lineage = { view, verdict };
})();
