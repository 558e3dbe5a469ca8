// One rollout, step by step, beside its question and truth, with its messages and its evaluation.
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
    const to = (n, text) => n >= 0 && n < index.rollouts ? link(runLink(run.slug, "rollout", n), text) : el("span", { class: "muted" }, text);
    return el("nav", { class: "pair", "aria-label": "Rollouts" }, to(number - 1, "← previous"), to(number + 1, "next →"));
  }

  // The messages are drawn when they are opened: a long history is many of them.
  function messages(whole) {
    const { conversations, tools } = whole.asked;
    const count = conversations.reduce((sum, turns) => sum + turns.length, 0);
    const place = el("div");
    const turn = ([speaker, text, calls]) => el("li", { class: "turn " + speaker },
      el("h4", {}, speaker), el("pre", { class: "text" }, whole.text(text) || " "),
      calls.map(([name, given]) => el("pre", { class: "text action" }, `${name}(${given})`)));
    function open() {
      if (place.firstChild) return;
      place.append(...(whole.text(tools) ? [el("h4", {}, "Tools offered"), el("pre", { class: "text" }, whole.text(tools))] : []),
        ...conversations.map((turns) => el("ol", { class: "turns" }, turns.map(turn))));
    }
    return el("details", { class: "fold messages", on: { toggle: open } }, el("summary", {}, `Messages to and from the model (${count})`), place);
  }

  function twin(run, number, other) {
    return el("span", { class: "twin" }, window.Rollouts.outcome(run, other),
      ` ${other.agent === "training" ? other.purpose + " " + other.scope : other.agent} `,
      link(window.Dom.pairLink(run.slug, number, run.slug, other.number), "difference"));
  }

  function beside(run, rollout, whole) {
    const asked = whole.asked;
    return el("aside", { class: "beside" },
      asked ? [el("h3", {}, "Question"), el("pre", { class: "text" }, whole.text(asked.query) || " "),
        el("h3", {}, "Truth"), el("pre", { class: "text" }, whole.text(asked.truth) || " ")]
        : el("p", { class: "muted" }, "This record does not hold the question, the truth and the messages: an earlier version wrote it."),
      whole.answer ? [el("h3", {}, "Answer"), el("pre", { class: "text" }, whole.answer)] : null,
      el("h3", {}, "Evaluation"),
      whole.evaluation.length
        ? el("dl", { class: "evaluation" }, whole.evaluation.map(([name, text]) => [el("dt", {}, name), el("dd", {}, text)]))
        : el("p", { class: "muted" }, "The evaluator reads explorations only: this rollout was scored, not read."));
  }

  async function view(run, lineage, index, number) {
    const rollout = await window.Data.rollout(run.slug, number);
    if (!rollout) return [el("p", { class: "error" }, "There is no such rollout.")];
    const whole = await window.Data.trajectory(run.slug, number);
    const [calls, prompt, cached, completion, usd, seconds] = whole.usage;
    const maker = lineage.events.filter((event) => event.modules && event.modules.startsWith(rollout.modules) && (event.parents.length || event.kind === "initial")).pop();
    const twins = await window.Data.twins(run.slug, number);
    return [
      neighbours(run, index, number),
      el("article", { class: "trajectory" },
        el("h2", { tabindex: "-1", class: "task" }, rollout.task),
        el("p", {}, rollout.success ? chip("solved", "good") : chip("not solved", "bad"), " ", chip(rollout.agent), " ", chip(rollout.category)),
        el("div", { class: "sided" },
          el("div", {},
            el("h3", {}, `Steps (${whole.steps.length})`),
            el("ol", { class: "steps" }, whole.steps.map(step)),
            whole.asked ? messages(whole) : null),
          beside(run, rollout, whole)),
        twins.length ? [el("h3", {}, "The same task elsewhere in this run"), el("p", { class: "twins" }, twins.map((other) => twin(run, number, other)))] : null,
        el("h3", {}, "Facts"),
        facts([
          ["score", F.percent(rollout.score) + " %"], ["purpose", rollout.purpose], ["scope", rollout.scope || "run"], ["trial", rollout.trial],
          ["module", maker ? link(runLink(run.slug, "lineage", maker.id), F.short(rollout.modules)) : el("code", {}, F.short(rollout.modules))],
          ["calls", calls], ["prompt tokens", `${F.count(prompt)} (${F.count(cached)} cached)`], ["completion tokens", F.count(completion)],
          ["money", F.money(usd)], ["latency", F.seconds(seconds)],
          ...whole.notes.map(([name, value]) => [name, [value].flat().join("; ")]),
        ])),
      neighbours(run, index, number),
    ];
  }
  window.Trajectory = { view };
})();
