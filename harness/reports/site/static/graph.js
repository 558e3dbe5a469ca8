// The modules of a run as a graph from left to right: a lane for each scope, merges between their parents.
(function () {
  "use strict";
  const { svg, el, runLink } = window.Dom;
  const F = window.Format;
  const BOX = { width: 106, height: 38 };

  // A node for each event that made modules; its score is the last measurement of them (backtests before explorations).
  function nodes(events) {
    const made = [];
    const measured = new Map();
    for (const event of events) {
      if (event.score && event.modules) {
        const rank = event.kind === "explore" ? 0 : 1;
        const known = measured.get(event.modules);
        if (!known || rank >= known.rank) measured.set(event.modules, { rank, event });
      }
    }
    for (const event of events) {
      if (!event.modules || (!event.parents.length && event.kind !== "initial")) continue;
      const parents = event.parents.map((digest) => {
        const makers = made.filter((node) => node.event.modules === digest);
        return makers.filter((node) => node.event.scope === event.scope).pop() || makers.pop();
      }).filter(Boolean);
      const column = parents.length ? 1 + Math.max(...parents.map((p) => p.column)) : 0;
      const score = measured.get(event.modules);
      made.push({ event, parents, column, score: score ? score.event.score[0] : null, by: score ? score.event.kind : "" });
    }
    return made;
  }

  function place(made) {
    const lanes = new Map();
    for (const node of made) {
      if (node.parents.length > 1 || node.event.kind === "initial") continue;
      if (!lanes.has(node.event.scope)) lanes.set(node.event.scope, lanes.size);
      node.y = lanes.get(node.event.scope);
    }
    for (const node of made) {
      if (node.y === undefined && node.parents.length) {
        node.y = node.parents.reduce((sum, parent) => sum + parent.y, 0) / node.parents.length;
      }
    }
    for (const node of made) if (node.y === undefined) node.y = Math.max(0, (lanes.size - 1) / 2);
    const columns = new Map(); // no two boxes of a column overlap
    for (const node of made) columns.set(node.column, [...(columns.get(node.column) || []), node]);
    for (const column of columns.values()) {
      column.sort((one, other) => one.y - other.y);
      const middle = column.reduce((sum, node) => sum + node.y, 0) / column.length;
      column.forEach((node, n) => { if (n) node.y = Math.max(node.y, column[n - 1].y + 0.9); });
      const shift = column.reduce((sum, node) => sum + node.y, 0) / column.length - middle;
      const free = Math.min(shift, column[0].y); // stay around the middle, but not above the top
      for (const node of column) node.y -= free;
    }
  }

  function graph(run, lineage, chosen) {
    const made = nodes(lineage.events);
    if (made.length < 2) return el("p", { class: "muted" }, "No module was made beside the initial one.");
    place(made);
    const columns = 1 + Math.max(...made.map((n) => n.column));
    const gap = columns > 12 ? 128 : 144;
    const width = (columns - 1) * gap + BOX.width + 8;
    const height = Math.max(...made.map((n) => n.y)) * 58 + BOX.height + 12;
    const x = (node) => 4 + node.column * gap;
    const y = (node) => 4 + node.y * 58;
    const edges = made.flatMap((node) => node.parents.map((parent) => {
      const [x1, y1, x2, y2] = [x(parent) + BOX.width, y(parent) + BOX.height / 2, x(node), y(node) + BOX.height / 2];
      const bend = Math.min(36, (x2 - x1) / 2);
      const near = chosen && (node.event.id === chosen || parent.event.id === chosen);
      return svg("path", { class: "edge" + (near ? " near" : ""), d: `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` });
    }));
    const boxes = made.map((node) => {
      const event = node.event;
      const score = node.score === null ? "" : F.percent(node.score) + " %";
      const said = `${event.kind} ${event.scope} ${score}`;
      const gate = window.Lineage.verdict(lineage, event);
      const kinds = ["node", gate && !gate.accepted ? "refused" : "", event.kind === "merge" ? "merge" : "", event.id === chosen ? "chosen" : "", event.modules === lineage.final ? "final" : ""];
      return svg("a", { href: runLink(run.slug, "lineage", event.id), class: kinds.filter(Boolean).join(" "), "aria-label": said },
        svg("title", {}, said + (event.modules === lineage.final ? " (tested)" : "")),
        svg("rect", { x: x(node), y: y(node), width: BOX.width, height: BOX.height, rx: 7 }),
        svg("rect", { class: "bar", x: x(node) + 8, y: y(node) + BOX.height - 7, width: (BOX.width - 16) * (node.score || 0), height: 3, rx: 1.5 }),
        svg("text", { class: "kind", x: x(node) + 9, y: y(node) + 15 }, event.kind.slice(0, 12)),
        svg("text", { class: "score", x: x(node) + BOX.width - 9, y: y(node) + 15, "text-anchor": "end" }, node.score === null ? "" : (100 * node.score).toFixed(0)),
        svg("text", { class: "scope", x: x(node) + 9, y: y(node) + 27 }, (event.scope || "run").split("/").pop().slice(0, 15)));
    });
    const drawing = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, class: "graph", role: "group", "aria-label": "Lineage of the modules" }, edges, boxes);
    return el("div", {}, window.Dom.scroller("Lineage of the modules", drawing),
      el("p", { class: "muted small" }, "Each box is a module and what made it; the number is its last measured score in percent (backtests before explorations). The tested one has the heavy border; a gate refused those with a dashed one."));
  }
  window.Graph = { graph };
})();
