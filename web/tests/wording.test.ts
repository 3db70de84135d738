// The page's own sentences: the same ids and arguments in every language, every id said, no word that judges.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { IntlMessageFormat } from "intl-messageformat";

const PAGES = resolve(import.meta.dirname, "../../wording/page");
const SOURCES = resolve(import.meta.dirname, "../src");
const LANGUAGES = ["en", "de", "fr"];
const read = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(resolve(PAGES, `${language}.json`), "utf8")) as Record<string, string>;

// The names in a pattern, wherever they stand: literals have none, a limb has a value that is a pattern.
function argumentsIn(elements: object[]): string[] {
  const names: string[] = [];
  for (const element of elements) {
    const { type, value, options } = element as { type: number; value: string; options?: Record<string, { value: object[] }> };
    const isLiteral = type === 0 || type === 7; // text, and the # of a plural
    if (!isLiteral) names.push(value);
    for (const limb of Object.values(options ?? {})) names.push(...argumentsIn(limb.value));
  }
  return [...new Set(names)].sort();
}

const argumentsOf = (pattern: string, language: string): string[] =>
  argumentsIn(new IntlMessageFormat(pattern, language, undefined, { ignoreTag: true }).getAst());

const english = read("en");

for (const language of LANGUAGES)
  test(`${language}: every sentence reads and takes the arguments of the English one`, () => {
    const sentences = read(language);
    assert.deepEqual(Object.keys(sentences), Object.keys(english));
    for (const [id, pattern] of Object.entries(sentences))
      assert.deepEqual(argumentsOf(pattern, language), argumentsOf(english[id]!, "en"), id);
  });

for (const language of LANGUAGES)
  test(`${language}: no sentence judges the patient, advises or praises`, () => {
    for (const [id, pattern] of Object.entries(read(language)))
      assert.doesNotMatch(pattern, /eligib|éligib|geeignet|qualif|should (stop|start)|absetzen|arrêter|benefit|profitier/i, id);
  });

test("every sentence is said by the page, and every one that is said is there", () => {
  const code = readdirSync(SOURCES).map((file) => readFileSync(resolve(SOURCES, file), "utf8")).join("\n");
  const families = ["status.", "group."]; // put together from what a standing is called
  for (const id of Object.keys(english))
    assert.ok(code.includes(`"${id}"`) || families.some((family) => id.startsWith(family)), id);
  for (const [, id] of code.matchAll(/words\.say\("([^"]+)"/g)) assert.ok(id! in english, id);
});

test("every sentence that the page shares with card and table is in every catalogue", () => {
  const code = readdirSync(SOURCES).map((file) => readFileSync(resolve(SOURCES, file), "utf8")).join("\n");
  const shared = new Set([...code.matchAll(/"((?:trial|why|outcome|limits|evidence)\.[a-z-]+)"/g)].map((match) => match[1]!));
  assert.ok(shared.size > 10);
  for (const language of LANGUAGES) {
    const catalogue = readFileSync(resolve(PAGES, `../catalogue/${language}.json`), "utf8");
    for (const id of shared) assert.ok(id in english || catalogue.includes(`"${id}":`), `${language} ${id}`);
  }
});
