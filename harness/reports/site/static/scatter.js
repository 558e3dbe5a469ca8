// Score against cost, with the rows that no cheaper row beats joined by a line (the Pareto front).
(function () {
  "use strict";
  const { svg, el } = window.Dom;
  const W = 720, H = 300, LEFT = 46, RIGHT = 20, TOP = 18, BOTTOM = 52;

  function front(points) {
    const order = [...points].sort((a, b) => a.x - b.x || b.y - a.y);
    const kept = [];
    let best = -Infinity;
    for (const point of order) if (point.y > best) { kept.push(point); best = point.y; }
    return kept;
  }

  function ticks(low, high, wanted) {
    const rough = (high - low || 1) / wanted;
    const power = Math.pow(10, Math.floor(Math.log10(rough)));
    const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((size) => size >= rough);
    const found = [];
    for (let at = Math.ceil(low / step) * step; at <= high + step * 1e-6; at += step) found.push(at);
    return found;
  }

  // points: {x, y, name, href}; axis: {title, format}
  function scatter(points, axis, label) {
    if (!points.length) return el("p", { class: "muted" }, "No row has this cost.");
    const most = Math.max(...points.map((p) => p.x)) * 1.06 || 1;
    const [low, high] = [Math.min(...points.map((p) => p.y)), Math.max(...points.map((p) => p.y))];
    const pad = Math.max(0.05, (high - low) * 0.15);
    const [bottom, top] = [Math.max(0, low - pad), Math.min(1, high + pad)];
    const x = (value) => LEFT + (W - LEFT - RIGHT) * value / most;
    const y = (value) => H - BOTTOM - (H - TOP - BOTTOM) * (value - bottom) / (top - bottom || 1);
    const kept = front(points);
    const grid = ticks(bottom, top, 4).map((at) => [
      svg("line", { class: "grid", x1: LEFT, x2: W - RIGHT, y1: y(at), y2: y(at) }),
      svg("text", { class: "tick", x: LEFT - 8, y: y(at) + 4, "text-anchor": "end" }, (100 * at).toFixed(0)),
    ]);
    const below = ticks(0, most, 5).map((at) =>
      svg("text", { class: "tick", x: x(at), y: H - BOTTOM + 19, "text-anchor": "middle" }, axis.format(at).replace(/\.0+(?= |$)/, "")));
    const path = kept.map((p, n) => (n ? "L" : "M") + x(p.x).toFixed(1) + " " + y(p.y).toFixed(1)).join(" ");
    const taken = [];
    const marks = [...points].sort((a, b) => kept.includes(b) - kept.includes(a)).map((p) => {
      const on = kept.includes(p);
      const [cx, cy] = [x(p.x), y(p.y)];
      const name = p.name.length > 26 ? p.name.slice(0, 25) + "…" : p.name;
      const length = 7 * name.length;
      const spots = [[cx + 10, cy + 4, "start", cx + 10], [cx - 10, cy + 4, "end", cx - 10 - length], [cx + 6, cy + 18, "start", cx + 6], [cx + 6, cy - 10, "start", cx + 6]];
      const free = spots.find(([, baseline, , left]) => left > LEFT && left + length < W &&
        taken.every((box) => Math.abs(box.y - baseline) > 13 || box.right < left || box.left > left + length));
      if (free) taken.push({ y: free[1], left: free[3], right: free[3] + length });
      return svg("a", { href: p.href, class: "point" + (on ? " front" : "") },
        svg("title", {}, `${p.name}: ${(100 * p.y).toFixed(1)} %, ${axis.format(p.x)}`),
        svg("circle", { cx, cy, r: on ? 5.5 : 4.5 }),
        free ? svg("text", { x: free[0], y: free[1], "text-anchor": free[2] }, name) : null);
    });
    return svg("svg", { viewBox: `0 0 ${W} ${H}`, role: "group", class: "scatter", "aria-label": label },
      grid, below,
      svg("line", { class: "base", x1: LEFT, x2: W - RIGHT, y1: H - BOTTOM, y2: H - BOTTOM }),
      svg("text", { class: "axis", x: W - RIGHT, y: H - 5, "text-anchor": "end" }, axis.title),
      svg("text", { class: "axis", x: 4, y: 11 }, "success, %"),
      svg("path", { class: "pareto", d: path }), marks);
  }

  window.Scatter = { scatter, front };
})();
