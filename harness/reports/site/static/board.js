// The first page: a board for each environment and backbone, filters, the runs that stand apart, all runs.
(function () {
  "use strict";
  const { el, svg, show, link, chip, scroller, runLink } = window.Dom;
  const F = window.Format;
  const AXES = {
    tokens: { title: "tokens of the training", format: F.count, value: (row) => row.tokens },
    all: { title: "tokens, training and test", format: F.count, value: (row) => row.tokens + row.test_tokens },
    usd: { title: "money of the training", format: F.money, value: (row) => row.usd },
    seconds: { title: "model latency on the critical path", format: F.seconds, value: (row) => row.seconds },
    wall: { title: "time on this machine", format: F.seconds, value: (row) => row.wall },
  };
  const field = (id) => document.getElementById(id);
  const nameOf = (row) => (row.label ? row.method + " " + row.label : row.method);

  function interval(row) {
    const at = (share) => (2 + 76 * share).toFixed(1);
    return svg("svg", { viewBox: "0 0 80 12", class: "interval", "aria-hidden": "true" },
      svg("line", { class: "track", x1: 2, x2: 78, y1: 6, y2: 6 }),
      svg("line", { class: "span", x1: at(row.low), x2: at(row.high), y1: 6, y2: 6 }),
      svg("circle", { cx: at(row.mean), cy: 6, r: 3 }));
  }

  function method(row) {
    if (row.published) return [row.method, " ", chip("published"), " ", el("span", { class: "label" }, row.source)];
    const seeds = row.runs.map(([slug, seed]) => el("a", { href: runLink(slug), "aria-label": `run of ${nameOf(row)}, seed ${seed}` }, seed));
    return [el("strong", {}, row.method), row.label ? el("span", { class: "label" }, " " + row.label) : null,
      el("span", { class: "seeds" }, row.runs.length > 1 ? "seeds " : "seed ", seeds),
      row.warnings.length ? el("details", { class: "notes" }, el("summary", {}, "notes"), row.warnings.map((w) => el("p", {}, w))) : null];
  }

  function columns(board) {
    const number = (title, key, format, hint) => ({ title, hint, value: (row) => row[key], cell: (row) => row.published && !F.known(row[key]) ? "" : format(row[key]) });
    const down = (column) => Object.assign(column, { down: true });
    return [
      { title: "#", hint: "rank", value: (row) => row.rank, cell: (row) => row.rank || "" },
      { title: "Method", text: true, value: nameOf, cell: method },
      down({ title: "Mean %", value: (row) => row.mean, cell: (row) => el("strong", {}, F.percent(row.mean) + (row.starred ? "*" : "")) }),
      { title: "95 % interval", text: true, cell: (row) => row.published ? "" : el("span", { class: "range" }, interval(row), ` ${F.percent(row.low)}–${F.percent(row.high)}`) },
      down(number("Best", "best", F.percent, "the best run, %")),
      down(number("pass@" + board.k, "pass", F.percent)),
      number("Tokens", "tokens", F.count, "asked in the training, mean over runs"),
      number("Money", "usd", F.money, "of the training"),
      number("Path", "seconds", F.seconds, "model latency along the critical path"),
      number("Steps", "steps", F.count, "optimizer calls"),
      number("Merges", "merges", F.count, "merge calls"),
      ...board.categories.map((title, n) => down({ title, value: (row) => row.categories[n], cell: (row) => F.percent(row.categories[n]) })),
    ];
  }

  function section(board, wanted, axis) {
    const rows = board.rows.filter((row) => nameOf(row).toLowerCase().includes(wanted));
    const quoted = field("published").checked
      ? board.published.map((row) => Object.assign({ published: true }, row)).filter((row) => row.method.includes(wanted)) : [];
    if (!rows.length && !quoted.length) return null;
    const points = rows.filter((row) => F.known(axis.value(row)))
      .map((row) => ({ x: axis.value(row), y: row.mean, name: nameOf(row), href: runLink(row.runs[0][0]) }));
    const title = `${board.env} · ${board.backbone}`;
    return el("section", { class: "board", id: "board-" + board.number },
      el("h2", {}, title, " ", board.simulated ? chip("simulated model", "warn") : chip("real model"), " ",
        board.generated ? chip("generated data") : null),
      el("p", { class: "muted" }, `${board.tasks} test tasks (split ${board.split}; ${board.versions}). `,
        board.simulated ? "A simulated model: these numbers say nothing about real models. " : "",
        link("matrix.html#" + board.number, "Tasks by methods")),
      el("div", { class: "chart" }, window.Scatter.scatter(points, axis, `${title}: success against ${axis.title}`)),
      scroller(title, window.Table.table(title, columns(board), rows,
        { sort: 0, pinned: quoted, header: 1, class: "leaders" })));
  }

  function apart(data) {
    if (!data.apart.length) return null;
    const known = new Map(data.runs.map((run) => [run.id, run.slug]));
    const table = window.Table.table("Runs apart", [
      { title: "Run", text: true, value: (r) => r.run, cell: (r) => known.has(r.run) ? link(runLink(known.get(r.run)), r.run) : r.run },
      { title: "Method", text: true, value: (r) => r.method, cell: (r) => r.method },
      { title: "Environment", text: true, value: (r) => r.env, cell: (r) => r.env },
      { title: "Why it stands in no ranking", text: true, cell: (r) => r.reason },
    ], data.apart);
    return el("details", { class: "fold", open: true }, el("summary", {}, `Apart: ${data.apart.length} runs in no ranking`), scroller("Runs apart", table));
  }

  function all(data) {
    const columns = [
      { title: "Run", text: true, value: (r) => r.id, cell: (r) => link(runLink(r.slug), r.id) },
      { title: "Environment", text: true, value: (r) => r.env, cell: (r) => r.env },
      { title: "Method", text: true, value: (r) => r.method, cell: (r) => r.method },
      { title: "Backbone", text: true, value: (r) => r.backbone, cell: (r) => [r.backbone, r.simulated ? [" ", chip("simulated", "warn")] : null] },
      { title: "Seed", value: (r) => r.seed, cell: (r) => r.seed },
      { title: "Test %", down: true, value: (r) => r.mean, cell: (r) => F.percent(r.mean) },
      { title: "Tokens", value: (r) => r.tokens, cell: (r) => F.count(r.tokens) },
      { title: "Money", value: (r) => r.usd, cell: (r) => F.money(r.usd) },
      { title: "Status", text: true, value: (r) => r.state, cell: (r) => [chip(r.state, r.state === "finished" ? "good" : "bad"), r.reason ? el("p", { class: "small muted" }, r.reason) : null] },
    ];
    const place = el("div");
    const states = [...new Set(data.runs.map((run) => run.state))].sort();
    const select = el("select", { id: "state", on: { input: fill } }, el("option", { value: "" }, "all"), states.map((state) => el("option", { value: state }, `${state} (${data.runs.filter((run) => run.state === state).length})`)));
    function fill() {
      const kept = data.runs.filter((run) => !select.value || run.state === select.value);
      place.replaceChildren(window.Table.paged("All runs", columns, kept, 50, { class: "listed" }));
    }
    fill();
    const unfinished = data.runs.filter((run) => run.state !== "finished").length;
    return el("details", { class: "fold", open: unfinished > 0 }, el("summary", {}, `All ${data.runs.length} runs` + (unfinished ? `, ${unfinished} of them not finished` : "")),
      el("form", { class: "filters", on: { submit: (event) => event.preventDefault() } }, el("label", {}, "Status ", select)), place);
  }

  function draw(data) {
    const [env, backbone] = [field("env").value, field("backbone").value];
    const wanted = field("method").value.trim().toLowerCase();
    const boards = data.boards.filter((b) => (!env || b.env === env) && (!backbone || b.backbone === backbone));
    const sections = boards.map((board) => section(board, wanted, AXES[field("axis").value])).filter(Boolean);
    show("overall", window.Overall.overview(boards));
    show("boards", sections.length ? sections : el("p", { class: "muted" }, "No row fits the filters."));
  }

  window.Data.load("index").then(function (data) {
    const options = (id, values) => field(id).append(...[...new Set(values)].map((v) => el("option", { value: v }, v)));
    options("env", data.boards.map((b) => b.env));
    options("backbone", data.boards.map((b) => b.backbone));
    field("axis").append(...Object.entries(AXES).map(([key, axis]) => el("option", { value: key }, axis.title)));
    field("filters").addEventListener("input", () => draw(data));
    field("filters").addEventListener("submit", (event) => event.preventDefault());
    draw(data);
    show("apart", apart(data));
    show("runs", all(data));
  }, (error) => show("boards", el("p", { class: "error" }, error.message)));
})();
