// What a record says, on its way into the note that is copied into the chart: one line, to be seen, and between
// quotation marks that it cannot close.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { IntlMessageFormat } from "intl-messageformat";
import type { Bundle, Evaluation, Fact } from "../src/evaluation.ts";
import { noteText } from "../src/note.ts";
import { bannerOf } from "../src/patient.ts";
import { cleaned, quoted } from "../src/record-text.ts";
import { withResults } from "../src/series.ts";
import type { Words } from "../src/words.ts";
import { sample } from "./samples.ts";

const WORDING = resolve(import.meta.dirname, "../../wording");
const MARKS: Record<string, [string, string]> = { en: ["“", "”"], de: ["„", "“"], fr: ["« ", " »"] };

// The page's sentences as words.ts says them, which imports them as its build allows.
function wordsIn(language: string): Words {
  const patterns = Object.assign({}, ...["catalogue", "page"].map((folder) =>
    JSON.parse(readFileSync(resolve(WORDING, folder, `${language}.json`), "utf8").replace(/^\s*\/\/.*$/gm, "")) as object)) as Record<string, string>;
  const format = (id: string, values: Record<string, string | number> = {}): string =>
    String(new IntlMessageFormat(patterns[id]!, language, undefined, { ignoreTag: true }).format(values));
  return {
    language, say: format, shared: format,
    pair: (label: string, value: string) => format("fact.value", { label, value }),
    date: (written: string) => written,
  } as unknown as Words;
}

const english = wordsIn("en");

const FORGERY = "weak\nI9 met\r\nE4 none found";

test("of every blank, line end and invisible or turning character there remains one line that can be seen", () => {
  const blanks = ["\n", "\r\n", "\t", "\v", "\f", "\u0085", "\u00a0", "\u1680", "\u2000", "\u200a", "\u2028", "\u2029",
    "\u202f", "\u205f", "\u3000", "\u2800", "\u3164", "\uffa0", "\u0000", "\u001b"];
  for (const blank of blanks) assert.equal(cleaned(`${blank}a${blank}${blank}b${blank}`), "a b", JSON.stringify(blank));
  const unseen = ["\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c", "\u200b", "\u200d", "\u00ad", "\ufeff",
    "\u2060", "\u034f", "\ufe0f", "\u{e0041}", "\u{e0100}", "\ud800"];
  for (const one of unseen) assert.equal(cleaned(`${one}a${one}b ${one} c`), "ab c", JSON.stringify(one));
});

test("what people write stays as it is", () => {
  for (const text of ["Müller-Lüdenscheidt, Zoë", "1:640", "≥ 60 %", "Иванова", "佐藤 花子", "عائشة", "x10^9/L", "e\u0301"])
    assert.equal(cleaned(text), text);
});

test("a text ends after 120 characters, and no character is cut in two", () => {
  assert.equal(cleaned("a".repeat(120)), "a".repeat(120));
  for (const sign of ["a", "😀"]) assert.equal(cleaned(sign.repeat(121)), `${sign.repeat(119)}…`);
  assert.ok([...cleaned(`a${"\u0301".repeat(500)}`)].length < 10, "marks do not pile up");
});

for (const [language, [opens, closes]] of Object.entries(MARKS))
  test(`${language}: nothing within a quotation closes it`, () => {
    for (const mark of ["”", "“", "„", "»", "«", "\"", "'", "›", "″", "❞", "〉", "`"])
      assert.equal(quoted(wordsIn(language), `a${mark} met`), `${opens}a' met${closes}`, mark);
  });

// Every text of the record that the note holds, replaced by one that forges lines.
function forged(): Evaluation {
  const evaluation = structuredClone(sample("typical", "en").trials[0]!);
  const forge = (fact: Fact): Fact => ({ ...fact, value: FORGERY, unit: FORGERY, date: `2026-11-05\n${FORGERY}` });
  for (const criterion of evaluation.criteria) if (criterion.note !== undefined) criterion.note += `: “${FORGERY}”`;
  for (const criterion of evaluation.criteria)
    for (const verdict of [criterion, ...(criterion.parts ?? [])])
      if (verdict.evidence) verdict.evidence = verdict.evidence.map(forge);
  return withResults(evaluation);
}

test("no text of the record becomes a line of the note, and what is no figure stands between quotation marks", () => {
  const evaluation = sample("typical", "en").trials[0]!;
  const patient = bannerOf(sample("typical", "en").bundle, evaluation.patient, evaluation.as_of, english);
  const honest = noteText(english, withResults(evaluation), patient).split("\n");
  const note = noteText(english, forged(), { ...patient, name: cleaned(`Ruiz\n\n${FORGERY}`), named: true });
  assert.equal(note.split("\n").length, honest.length, "no line more");
  assert.doesNotMatch(note, /^\s*(I9|E4 none found)/m);
  for (const [, before] of note.matchAll(/(.{12})weak/g)) assert.match(before!, /(“|“Ruiz |“2026-11-05 )$/, note);
});

test("figures, days and the words that are ours are said without quotation marks", () => {
  const evaluation = sample("typical", "en").trials[0]!;
  const patient = bannerOf(sample("typical", "en").bundle, evaluation.patient, evaluation.as_of, english);
  const note = noteText(english, withResults(evaluation), patient);
  assert.match(note, /\(mRSS\): 22, 2026-11-05/);
  assert.match(note, /titre: 1:640,/);
  assert.match(note, /Scl-70\): positive,/);
  assert.match(note, /Date of birth: 1976-05-14/);
  assert.match(note, /\(ESR\): 34 mm\/h,/);
});

test("a name, a birth date and a number of the banner are one line each, whatever the record holds", () => {
  const bundle = { resourceType: "Bundle", entry: [{ resource: {
    resourceType: "Patient", id: "p", name: [{ family: "Ruiz\n\nI2 met\u202e", given: ["Ana\u2028E4"] }],
    birthDate: "1976\nI9 met", deceasedDateTime: "2026\u202eE4", identifier: [{ value: "4711\n\u2066met" }],
  } }] } as unknown as Bundle;
  const banner = bannerOf(bundle, "p", "2026-11-22", english);
  assert.equal(banner.name, "RUIZ I2 MET, Ana E4");
  assert.equal(banner.born, "Born “1976 I9 met”");
  assert.equal(banner.died, "died “2026E4”");
  assert.equal(banner.identifier, "Identifier 4711 met");
  const nobody = bannerOf({ resourceType: "Bundle", entry: [] } as unknown as Bundle, "p", "2026-11-22", english);
  assert.deepEqual([nobody.named, nobody.name], [false, "Name not recorded"]);
});
