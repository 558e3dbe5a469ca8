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

  // A page of a run's rows as objects; see harness/reports/site/rollouts.py for the columns.
  async function page(slug, number) {
    const [index, found] = await Promise.all([run(slug, "index"), run(slug, "rows-" + number)]);
    if (!found.list) {
      const name = (place) => found.names[place];
      found.list = found.rows.map((row, place) => ({
        number: number * index.page + place, test: row[0] === 0, agent: name(row[1]), purpose: name(row[2]), scope: name(row[3]),
        modules: name(row[4]), task: name(row[5]), category: name(row[6]), trial: row[7], success: row[8] === 1,
        score: row[9], steps: row[10], tokens: row[11],
        groups: row[12].map(([group, value]) => [name(group), name(value)]),
      }));
    }
    return found.list;
  }

  // The rollouts of the test, which come first.
  async function tests(slug) {
    const index = await run(slug, "index");
    const pages = await Promise.all(Array.from({ length: Math.ceil(index.tests / index.page) }, (_, n) => page(slug, n)));
    return pages.flat().slice(0, index.tests);
  }

  // One rollout by its number; undefined where there is none.
  async function rollout(slug, number) {
    const index = await run(slug, "index");
    if (!(number >= 0 && number < index.rollouts)) return undefined;
    return (await page(slug, Math.floor(number / index.page)))[number % index.page];
  }

  // Other rollouts of the same task in the same split.
  async function twins(slug, number) {
    const index = await run(slug, "index");
    const found = await run(slug, "twins-" + Math.floor(number / index.page));
    return Promise.all(found.twins[number % index.page].filter((other) => other !== number).map((other) => rollout(slug, other)));
  }

  async function trajectory(slug, number) {
    const index = await run(slug, "index");
    let chunk = index.starts.length - 1;
    while (chunk > 0 && index.starts[chunk] > number) chunk -= 1;
    const part = await run(slug, "chunk-" + chunk);
    return Object.assign({ text: (n) => part.texts[n] }, part.rollouts[number - index.starts[chunk]]);
  }

  window.Data = { load, again, run, page, tests, rollout, twins, trajectory };
})();
