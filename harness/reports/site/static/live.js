// Runs at work: curves of each subset, merges and the test, and what was spent; read again while the site is followed.
(function () {
  "use strict";
  const { el, svg, show, chip, scroller, link, runLink } = window.Dom;
  const F = window.Format;
  let every = 2;
  const W = 180, H = 34, PAD = 5;
  let shown = "";

  // means: shares from 0 to 1, in the order of the modules.
  function curve(means) {
    const x = (n) => (means.length < 2 ? W / 2 : PAD + (W - 2 * PAD) * n / (means.length - 1));
    const y = (mean) => H - PAD - (H - 2 * PAD) * mean;
    const said = "success in %: " + means.map((mean) => (100 * mean).toFixed(0)).join(", ");
    const path = means.map((mean, n) => (n ? "L" : "M") + x(n).toFixed(1) + " " + y(mean).toFixed(1)).join(" ");
    const last = means.length - 1;
    return svg("svg", { viewBox: `0 0 ${W} ${H}`, class: "curve", role: "img", "aria-label": said },
      svg("title", {}, said),
      [0, 1].map((at) => svg("line", { class: "grid", x1: 0, x2: W, y1: y(at), y2: y(at) })),
      svg("path", { d: path }), svg("circle", { cx: x(last), cy: y(means[last]), r: 3 }));
  }

  function strands(run) {
    if (!run.strands.length) return el("p", { class: "muted" }, "No rollout has ended yet.");
    const last = (strand) => strand.means[strand.means.length - 1];
    const columns = [
      { title: "Where", text: true, value: null, cell: (strand) => strand.scope },
      { title: "What", text: true, value: null, cell: (strand) => strand.what },
      { title: "Last, %", value: null, cell: (strand) => F.percent(last(strand)) },
      { title: "Curve", text: true, value: null, cell: (strand) => curve(strand.means) },
      { title: "Rollouts of it", value: null, cell: (strand) => F.count(strand.last) },
      { title: "Modules", value: null, cell: (strand) => F.count(strand.means.length) },
    ];
    const title = "Success of the modules in their order";
    return [el("h3", {}, title), scroller(title, window.Table.table(title, columns, run.strands))];
  }

  function spent(run) {
    if (!run.spent.length) return null;
    const sum = (n) => run.spent.reduce((total, row) => total + row[n], 0);
    const total = ["all", "", sum(2), sum(3), sum(4), run.spent.some((row) => row[5] === null) ? null : sum(5)];
    const text = (title, n) => ({ title, text: true, value: null, cell: (row) => row[n] });
    const number = (title, n, format) => ({ title, value: null, cell: (row) => format(row[n]) });
    const columns = [text("Phase", 0), text("Role", 1), number("Calls", 2, F.count), number("Prompt tokens", 3, F.count),
      number("Completion tokens", 4, F.count), number("Money", 5, F.money)];
    return [el("h3", {}, "Spent"), scroller("Spent", window.Table.table("Spent", columns, run.spent, { pinned: [total] }))];
  }

  function card(run) {
    const working = run.state === "running";
    return el("section", { "data-run": run.id, "data-state": run.state },
      el("h2", {}, `${run.env} ${run.method} `, el("span", { class: "label" }, run.id)),
      el("p", {}, chip(`seed ${run.seed}`), " ", chip(run.state, working ? "warn" : run.state === "finished" ? "good" : "bad"), " ",
        chip(run.backbone), " ", working ? null : link(runLink(run.slug), "its page")),
      strands(run), spent(run));
  }

  function draw(data) {
    const working = data.runs.filter((run) => run.state === "running").length;
    document.title = working ? `${working} at work` : "Runs at work";
    const text = JSON.stringify(data);
    if (text === shown) return;
    shown = text;
    show("view", data.runs.map(card));
    const state = !data.following ? "The following has ended; this is where the runs stood."
      : working ? "" : "No run is at work; one that begins appears here.";
    show("state", state);
  }

  async function look() {
    let data = null;
    try {
      data = await window.Data.again("live");
      every = data.every;
      draw(data);
    } catch {
      show("state", "The site is not served any more; this is where the runs stood.");
      shown = "";
    }
    if (!data || data.following) setTimeout(look, 1000 * every);
  }

  look();
})();
