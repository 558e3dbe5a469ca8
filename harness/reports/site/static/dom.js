// Elements from code alone: texts go in as text, never as markup.
(function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";

  function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
      else node.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children.flat(Infinity)) {
      if (child === null || child === undefined || child === false) continue;
      node.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
    return node;
  }

  function el(tag, attributes, ...children) { return fill(document.createElement(tag), attributes, children); }
  function svg(tag, attributes, ...children) {
    return fill(document.createElementNS(SVG, tag), attributes, children);
  }
  function show(id, ...children) {
    const place = document.getElementById(id);
    place.replaceChildren(...children.flat(Infinity).filter(Boolean));
    return place;
  }
  function link(href, ...children) { return el("a", { href: href }, ...children); }
  function chip(text, kind) { return el("span", { class: "chip" + (kind ? " " + kind : "") }, text); }
  function scroller(label, child) {
    return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, child);
  }
  function facts(rows) {
    return el("dl", { class: "facts" }, rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
  }
  function runLink(slug, ...path) { return "run.html#" + [slug, ...path].map(encodeURIComponent).join("/"); }

  function pairLink(...sides) { return "pair.html#" + sides.map(encodeURIComponent).join("/"); }

  window.Dom = { el, svg, show, link, chip, scroller, facts, runLink, pairLink };
})();
