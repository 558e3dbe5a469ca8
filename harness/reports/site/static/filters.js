// Filters of a list of rollouts: by outcome, by the groups of the environment (such as rules), and by given fields.
(function () {
  "use strict";
  const { el } = window.Dom;

  function choice(title, values, act) {
    return el("label", {}, title + " ", el("select", { "data-filter": title, on: { input: act } }, el("option", { value: "" }, "all"), values.map((value) => el("option", { value }, value))));
  }

  // rows: what is filtered; rollouts(row): its rollouts; fields: pairs of a title and a value of a rollout.
  // Returns a form and the place below it, which `draw` fills with the rows that are left.
  function filtered(rows, rollouts, fields, draw) {
    const place = el("div");
    const all = rows.flatMap(rollouts);
    const distinct = (values) => [...new Set(values)].filter(Boolean).sort();
    const groups = distinct(all.flatMap((r) => r.groups.map(([group]) => group)));
    const tests = [
      ["Outcome", ["solved", "not solved"], (r, wanted) => r.success === (wanted === "solved")],
      ...fields.map(([title, value]) => [title, distinct(all.map(value)), (r, wanted) => value(r) === wanted]),
      ...groups.map((group) => [group, distinct(all.flatMap((r) => r.groups.filter(([name]) => name === group).map(([, value]) => value))),
        (r, wanted) => r.groups.some(([name, value]) => name === group && value === wanted)]),
    ];
    const choices = tests.map(([title, values]) => choice(title, values, update));
    function update() {
      const wanted = choices.map((label) => label.querySelector("select").value);
      draw(place, rows.filter((row) => rollouts(row).some((r) => tests.every(([, , fits], n) => !wanted[n] || fits(r, wanted[n])))));
    }
    update();
    return el("div", {}, el("form", { class: "filters", on: { submit: (event) => event.preventDefault() } }, choices), place);
  }
  window.Filters = { filtered };
})();
