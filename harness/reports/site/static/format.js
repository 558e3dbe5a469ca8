// Numbers for people. "–" where a value is unknown.
(function () {
  "use strict";
  const NONE = "–";
  function known(value) { return value !== null && value !== undefined; }
  function percent(share) { return known(share) ? (100 * share).toFixed(1) : NONE; }
  function count(number) {
    if (!known(number)) return NONE;
    if (number >= 1e6) return (number / 1e6).toFixed(2) + " M";
    if (number >= 1e4) return (number / 1e3).toFixed(1) + " k";
    return number.toLocaleString("en", { maximumFractionDigits: 1 });
  }
  function money(usd) { return known(usd) ? "$" + usd.toFixed(usd >= 100 ? 0 : usd < 0.1 && usd > 0 ? 4 : 2) : NONE; }
  function seconds(value) {
    if (!known(value)) return NONE;
    if (value >= 5400) return (value / 3600).toFixed(1) + " h";
    if (value >= 90) return (value / 60).toFixed(1) + " min";
    return value.toFixed(1) + " s";
  }
  function signed(value) { return (value > 0 ? "+" : value < 0 ? "−" : "±") + (100 * Math.abs(value)).toFixed(1); }
  function short(digest) { return digest ? digest.slice(0, 8) : NONE; }
  window.Format = { percent, count, money, seconds, signed, short, known };
})();
