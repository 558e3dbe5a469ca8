// One rollout, step by step, with its evaluation.
(function () {
  "use strict";
  const { el, link, chip, facts, runLink } = window.Dom;
  const F = window.Format;

  function step([thought, action, observation], number) {
    return el("li", { class: "step" },
      el("div", { class: "count", "aria-hidden": "true" }, number + 1),
      el("div", {},
        thought ? el("p", { class: "thought" }, thought) : null,
        el("pre", { class: "action" }, action || " "),
        observation ? el("pre", { class: "observation" }, observation) : null));
  }

  function neighbours(run, index, number) {
    const to = (n, text) => n >= 0 && n < index.list.length ? link(runLink(run.slug, "rollout", n), text) : el("span", { class: "muted" }, text);
    return el("nav", { class: "pair", "aria-label": "Rollouts" }, to(number - 1, "← previous"), to(number + 1, "next →"));
  }

  async function view(run, lineage, index, number) {
    const rollout = index.list[number];
    if (!rollout) return [el("p", { class: "error" }, "There is no such rollout.")];
    const whole = await window.Data.trajectory(run.slug, number);
    const [calls, prompt, cached, completion, usd, seconds] = whole.usage;
    const maker = lineage.events.filter((event) => event.modules && event.modules.startsWith(rollout.modules) && (event.parents.length || event.kind === "initial")).pop();
    const twins = index.list.filter((other) => other.task === rollout.task && other.test === rollout.test && other.number !== number);
    return [
      neighbours(run, index, number),
      el("article", { class: "trajectory" },
        el("h2", { tabindex: "-1", class: "task" }, rollout.task),
        el("p", {}, rollout.success ? chip("solved", "good") : chip("not solved", "bad"), " ", chip(rollout.agent), " ", chip(rollout.category)),
        facts([
          ["score", F.percent(rollout.score) + " %"], ["purpose", rollout.purpose], ["scope", rollout.scope || "run"], ["trial", rollout.trial],
          ["module", maker ? link(runLink(run.slug, "lineage", maker.id), F.short(rollout.modules)) : el("code", {}, F.short(rollout.modules))],
          ["calls", calls], ["prompt tokens", `${F.count(prompt)} (${F.count(cached)} cached)`], ["completion tokens", F.count(completion)],
          ["money", F.money(usd)], ["latency", F.seconds(seconds)],
          ...whole.notes.map(([name, value]) => [name, String(value)]),
        ]),
        el("h3", {}, `Steps (${whole.steps.length})`),
        el("ol", { class: "steps" }, whole.steps.map(step)),
        whole.answer ? [el("h3", {}, "Answer"), el("pre", { class: "text" }, whole.answer)] : null,
        el("h3", {}, "Evaluation"),
        whole.evaluation.length
          ? el("dl", { class: "evaluation" }, whole.evaluation.map(([name, text]) => [el("dt", {}, name), el("dd", {}, text)]))
          : el("p", { class: "muted" }, "The evaluator reads explorations only: this rollout was scored, not read."),
        twins.length ? [el("h3", {}, "The same task elsewhere in this run"), el("p", { class: "twins" }, twins.slice(0, 40).map((other) => [window.Rollouts.outcome(run, other), el("span", { class: "muted" }, ` ${other.agent === "training" ? other.purpose + " " + other.scope : other.agent} `)]))] : null),
      neighbours(run, index, number),
    ];
  }
  window.Trajectory = { view };
})();
