// Two trajectories of one task, step beside step: the address after # is run / rollout / run / rollout.
(function () {
  "use strict";
  const { el, show, link, chip, runLink } = window.Dom;
  const F = window.Format;
  const MOST = 400; // steps that are aligned; what is longer stands side by side by number

  // Pairs of step numbers, null where only one side has a step: a longest common subsequence over actions.
  function aligned(left, right) {
    const [n, m] = [left.length, right.length];
    if (n > MOST || m > MOST) return Array.from({ length: Math.max(n, m) }, (_, k) => [k < n ? k : null, k < m ? k : null]);
    const best = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
    for (let a = n - 1; a >= 0; a -= 1) {
      for (let b = m - 1; b >= 0; b -= 1) {
        best[a][b] = left[a][1] === right[b][1] ? best[a + 1][b + 1] + 1 : Math.max(best[a + 1][b], best[a][b + 1]);
      }
    }
    const rows = [];
    let [a, b] = [0, 0];
    while (a < n || b < m) {
      if (a < n && b < m && left[a][1] === right[b][1]) rows.push([a++, b++]);
      else if (b === m || (a < n && best[a + 1][b] >= best[a][b + 1])) rows.push([a++, null]);
      else rows.push([null, b++]);
    }
    return rows;
  }

  function step(steps, number, kind) {
    if (number === null) return el("td", { class: "none" }, "");
    const [thought, action, observation] = steps[number];
    return el("td", { class: kind },
      el("span", { class: "count" }, number + 1), thought ? el("p", { class: "thought" }, thought) : null,
      el("pre", { class: "action" }, action || " "), observation ? el("pre", { class: "observation" }, observation) : null);
  }

  function rows(left, right) {
    return aligned(left, right).map(([a, b]) => {
      const one = a === null || b === null;
      const seen = !one && left[a][2] === right[b][2];
      return el("tr", { class: one ? "alone" : seen ? "same" : "parted" },
        step(left, a, one ? "removed" : ""), step(right, b, one ? "added" : ""));
    });
  }

  function head(side) {
    const { run, rollout } = side;
    return el("th", { scope: "col" }, link(runLink(run.slug, "rollout", rollout.number), `${run.method}, seed ${run.seed}, ${rollout.agent}`), " ",
      rollout.success ? chip("solved", "good") : chip("not solved", "bad"), ` ${F.percent(rollout.score)} %, ${rollout.steps} steps`);
  }

  async function side(slug, number) {
    const [run, rollout] = await Promise.all([window.Data.run(slug, "run"), window.Data.rollout(slug, Number(number))]);
    if (!rollout) throw new Error("There is no such rollout.");
    return { run, rollout, whole: await window.Data.trajectory(slug, rollout.number) };
  }

  async function draw(slugA, numberA, slugB, numberB) {
    const [a, b] = await Promise.all([side(slugA, numberA), side(slugB, numberB)]);
    if (a.run.env !== b.run.env || a.rollout.task !== b.rollout.task) throw new Error("The two rollouts are of different tasks: their steps are not compared.");
    const asked = a.whole.asked;
    document.title = `${a.rollout.task}: two trajectories`;
    show("view",
      el("h1", { class: "task" }, a.rollout.task),
      asked ? el("div", { class: "columns even" },
        el("div", {}, el("h3", {}, "Question"), el("pre", { class: "text" }, a.whole.text(asked.query) || " ")),
        el("div", {}, el("h3", {}, "Truth"), el("pre", { class: "text" }, a.whole.text(asked.truth) || " "))) : null,
      el("p", { class: "muted" }, "Steps with the same action stand beside each other; a marked one has no counterpart, a line in the middle marks another observation after the same action."),
      el("table", { class: "aligned" }, el("caption", { class: "unseen" }, "Two trajectories, step beside step"),
        el("thead", {}, el("tr", {}, head(a), head(b))),
        el("tbody", {}, rows(a.whole.steps, b.whole.steps),
          el("tr", { class: a.whole.answer === b.whole.answer ? "same" : "parted" }, [a, b].map((one) => el("td", {}, el("h4", {}, "Answer"), el("pre", { class: "text" }, one.whole.answer || "none")))))));
  }

  async function route() {
    try {
      const sides = location.hash.slice(1).split("/").map(decodeURIComponent);
      if (sides.length !== 4) throw new Error("Choose two rollouts of one task, on a rollout's page or by comparing runs.");
      await draw(...sides);
    } catch (error) { show("view", el("p", { class: "error" }, error.message), link("index.html", "Leaderboard")); }
  }
  addEventListener("hashchange", route);
  route();
})();
