// The run page: the part after # is run / part / which one.
(function () {
  "use strict";
  const { el, show, chip, link, runLink } = window.Dom;
  const F = window.Format;
  const TABS = [["overview", "Overview"], ["lineage", "Lineage"], ["tests", "Tests"], ["training", "Training"]];

  function head(run) {
    document.title = `${run.method} ${run.id}`;
    show("head",
      el("p", { class: "crumbs" }, link("index.html", "Leaderboard"), " / ", run.env, " / ", run.backbone),
      el("h1", {}, run.method, " ", el("span", { class: "label" }, run.id)),
      el("p", {}, chip(`seed ${run.seed}`), " ", chip(run.status, run.status === "finished" ? "good" : "bad"), " ",
        run.simulated ? chip("simulated model", "warn") : chip("real model"), " ",
        run.sensitive ? chip("sensitive: texts are digests", "warn") : null, " ",
        link("compare.html#" + encodeURIComponent(run.slug), "compare with another")),
      run.problem ? el("p", { class: "error" }, "In no ranking: ", run.problem) : null);
  }

  function tabs(run, part) {
    const mine = part === "rollout" ? "" : part;
    show("tabs", TABS.map(([key, title]) => el("a", { href: runLink(run.slug, key), "aria-current": key === mine ? "page" : null }, title)));
  }

  async function route() {
    let [slug, part = "overview", which, task] = location.hash.slice(1).split("/").map(decodeURIComponent);
    const asked = location.hash;
    try {
      if (!slug) throw new Error("Choose a run on the leaderboard.");
      const run = await window.Data.run(slug, "run");
      if (part === "task") { // from the matrix: an agent and a task
        const found = (await window.Data.tests(slug)).find((r) => r.agent === which && r.task === task);
        [part, which] = ["rollout", found ? found.number : NaN];
      }
      head(run);
      tabs(run, part);
      let parts;
      if (part === "tests" || part === "training") {
        const index = await window.Data.run(slug, "index");
        parts = [await window.Rollouts[part](run, index, Number(which))];
        if (index.unreadable) parts.unshift(el("p", { class: "error" }, `${index.unreadable} rollouts could not be read.`));
      } else {
        const lineage = await window.Data.run(slug, "lineage");
        if (part === "rollout") parts = await window.Trajectory.view(run, lineage, await window.Data.run(slug, "index"), Number(which));
        else parts = part === "lineage" ? await window.Lineage.view(run, lineage, which) : window.Overview.overview(run, lineage);
      }
      if (location.hash !== asked) return; // another address was asked for meanwhile
      const view = show("view", parts);
      view.dataset.ready = asked;
      const detail = view.querySelector("h2[tabindex]");
      if (part === "rollout") { scrollTo(0, 0); if (detail) detail.focus({ preventScroll: true }); }
      else if (which && detail) { detail.focus({ preventScroll: true }); detail.scrollIntoView({ block: "start" }); }
    } catch (error) {
      show("head", el("h1", {}, "Run"), el("p", { class: "error" }, error.message), link("index.html", "Leaderboard"));
      show("view");
    }
  }

  addEventListener("hashchange", route);
  route();
})();
