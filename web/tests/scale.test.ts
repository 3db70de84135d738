// The marks of an axis: few, in order and around every value, however near or far apart the values lie.
import assert from "node:assert/strict";
import { test } from "node:test";
import { roundDomain, scale } from "../src/scale.ts";

// Every value with its nearest neighbours that a double can hold, and with others near and far.
function pairs(): [number, number][] {
  const found: [number, number][] = [];
  for (let exponent = -60; exponent <= 64; ++exponent)
    for (const digit of [1, 2.5, 3, 9.999, 10]) {
      const one = digit * 10 ** exponent;
      for (const times of [1, 1 + Number.EPSILON, 1 + 4 * Number.EPSILON, 1 + 1e-14, 1 + 1e-9, 1 + 2e-8, 1.001, 1.5, 10, 1e6, 1e30])
        for (const sign of [1, -1]) found.push([sign * one, sign * one * times], [-one, one * times], [0, sign * one * times]);
    }
  return [...found, [0, 0], [2.5, 2.5000000000000004], [0, Number.MIN_VALUE], [Number.MIN_VALUE, 2 * Number.MIN_VALUE]];
}

for (const parts of [3, 1.5])
  test(`in ${parts} parts, any two values are marked by some ticks, each once and in order`, () => {
    for (const values of pairs()) {
      const { domain: [from, to], ticks } = roundDomain(values, parts);
      const said = `${values} -> ${from} to ${to}: ${ticks}`;
      assert.ok(from < to, said);
      assert.ok(ticks.length >= 2 && ticks.length <= 20, said);
      ticks.forEach((tick, index) => assert.ok(Number.isFinite(tick) && (index === 0 || ticks[index - 1]! < tick), said));
      const y = scale([from, to], [100, 0]);
      for (const value of values) assert.ok(y(value) >= -1e-5 && y(value) <= 100 + 1e-5, said);
    }
  });

test("usual values have the marks that a reader expects", () => {
  assert.deepEqual(roundDomain([0, 100], 3).ticks, [0, 50, 100, 150]);
});

test("very many values need no more room than there is", () => {
  const values = Array.from({ length: 300_000 }, (_, index) => index % 50);
  assert.deepEqual(roundDomain(values, 3), roundDomain([0, 49], 3));
});
