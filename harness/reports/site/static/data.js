// Data on demand: each file is a script of this folder that calls `siteData(key, payload)`.
(function () {
  "use strict";
  const SAFE = /^data\/[A-Za-z0-9_\/-]+\.js$/;
  const waiting = new Map();
  const loaded = new Map();
  const policy = window.trustedTypes
    ? window.trustedTypes.createPolicy("site", {
        createScriptURL: function (path) {
          if (SAFE.test(path)) return path;
          throw new TypeError("not a data file");
        },
      })
    : null;

  window.siteData = function (key, payload) {
    if (waiting.has(key)) waiting.get(key)(payload);
  };

  function load(key) {
    if (loaded.has(key)) return loaded.get(key);
    const promise = new Promise(function (resolve, reject) {
      const path = "data/" + key + ".js";
      if (!SAFE.test(path)) { reject(new Error("There is no such address.")); return; }
      const script = document.createElement("script");
      waiting.set(key, resolve);
      script.src = policy ? policy.createScriptURL(path) : path;
      script.onload = function () { waiting.delete(key); script.remove(); };
      script.onerror = function () {
        loaded.delete(key);
        reject(new Error("Not found: " + path));
      };
      document.head.append(script);
    });
    loaded.set(key, promise);
    return promise;
  }

  // The same file once more, which may have changed since.
  function again(key) { loaded.delete(key); return load(key); }

  function run(slug, part) { return load("runs/" + slug + "/" + part); }

  // Rows of a run's index as objects; see harness/reports/site/rollouts.py for the columns.
  async function rollouts(slug) {
    const index = await run(slug, "index");
    if (!index.list) {
      const name = (number) => index.names[number];
      index.list = index.rows.map((row, number) => ({
        number, test: row[0] === 0, agent: name(row[1]), purpose: name(row[2]), scope: name(row[3]),
        modules: name(row[4]), task: name(row[5]), category: name(row[6]), trial: row[7], success: row[8] === 1,
        score: row[9], steps: row[10], tokens: row[11],
        groups: row[12].map(([group, value]) => [name(group), name(value)]),
      }));
    }
    return index;
  }

  async function trajectory(slug, number) {
    const index = await rollouts(slug);
    let chunk = index.starts.length - 1;
    while (chunk > 0 && index.starts[chunk] > number) chunk -= 1;
    const part = await run(slug, "chunk-" + chunk);
    return Object.assign({ text: (n) => part.texts[n] }, part.rollouts[number - index.starts[chunk]]);
  }

  window.Data = { load, again, run, rollouts, trajectory };
})();
