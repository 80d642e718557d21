// The page's fold against the fixtures that the Java fold is held against: node fold.mjs <their folder>

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RunFold } from "./page/fold.js";

const folder = process.argv[2];

function recorded(file) {
  return readFileSync(join(folder, file), "utf8").split("\n\n")
    .map((block) => ({ event: /^event: (.*)$/m.exec(block)?.[1], data: /^data: (.*)$/m.exec(block)?.[1] }))
    .filter(({ event }) => event && event !== "done")
    .map(({ event, data }) => ({ event, data: JSON.parse(data) }));
}

const cases = JSON.parse(readFileSync(join(folder, "folds.json"), "utf8"));
for (const { name, streams, events, expected } of cases) {
  const fold = new RunFold();
  for (const { event, data } of [...streams.flatMap(recorded), ...events]) {
    fold.apply(event, data);
  }
  assert.deepEqual(fold.snapshot(), expected, name);
}
assert.ok(cases.length > 10);
console.log("ok");
