// The page in a browser, drawn from real outputs of `trial-cds evaluate`.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { evidence } from "../src/check.ts";
import { Site, openAll } from "./browser.ts";
import { rowsOf } from "../src/status.ts";
import { SAMPLES, sample } from "./samples.ts";

const DIST = resolve(import.meta.dirname, "../dist");
const AXE = readFileSync(resolve(import.meta.dirname, "../node_modules/axe-core/axe.min.js"), "utf8");
let site: Site;

before(async () => {
  site = await Site.open();
});
after(() => site.close());

async function violations(page: import("playwright-core").Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe;
    return (await axe.run()).violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  });
}

// Between them they show every status and every chart.
const IN_DARK = { washout: true, "not-understood": true };

for (const name of Object.keys(SAMPLES))
  for (const colorScheme of name in IN_DARK ? (["light", "dark"] as const) : (["light"] as const))
    test(`${name}, ${colorScheme}: axe finds nothing, closed or open, and nothing breaks the policy`, async () => {
      const { page, complaints } = await site.show(name, { colorScheme, bypassCSP: true });
      assert.deepEqual(await violations(page), []);
      await openAll(page);
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(complaints, []);
      await page.context().close();
    });

for (const language of ["en", "de", "fr"])
  for (const name of language === "en" ? Object.keys(SAMPLES) : ["washout", "not-understood"])
    test(`${name}, ${language}: nothing is wider than a screen of 320 px, and the policy is kept`, async () => {
      const { page, complaints } = await site.show(name, { language, viewport: { width: 320, height: 640 } });
      await openAll(page);
      const [wide, culprits] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        [...document.querySelectorAll("main *")]
          .filter((one) => one.getBoundingClientRect().right > 320.5 && one.closest("pre, svg, .hidden, thead") === null)
          .map((one) => `${one.tagName}.${one.className}`).slice(0, 5),
      ] as const);
      assert.ok(wide <= 320, `${wide} px, ${culprits.join(" ")}`);
      assert.deepEqual(complaints, []);
      await page.context().close();
    });

test("every criterion stands on the page, with its rule and its id", async () => {
  const { page } = await site.show("typical");
  for (const criterion of sample("typical", "en").trials[0]!.criteria) {
    const text = await page.locator(`#criterion-${criterion.id} > summary`).innerText();
    assert.ok(text.includes(criterion.text!), criterion.id);
  }
  await page.context().close();
});

test("an exclusion that is cleared is none found or none recorded, never met", async () => {
  for (const name of Object.keys(SAMPLES)) {
    const { page } = await site.show(name);
    const words = await page.locator("#exclusions .criterion > summary .status").allInnerTexts();
    assert.equal(words.length, 12);
    assert.deepEqual(words.filter((word) => /\bmet\b/.test(word)), []);
    await page.context().close();
  }
});

test("a record that was not understood leaves its criteria to check, never none recorded", async () => {
  const { page } = await site.show("not-understood");
  for (const id of ["E1", "E6", "E7", "E8", "E10", "E11"])
    assert.equal(await page.locator(`#criterion-${id} > summary .status`).innerText(), "to check", id);
  const parts = page.locator("#criterion-E5 .parts .status.open");
  assert.equal(await parts.count(), 0);
  const told = await page.locator("section[aria-labelledby=not-understood-heading]").innerText();
  assert.match(told, /Zyqoprexil 20 mg/);
  assert.match(told, /4711/);
  await page.context().close();
});

test("a washout tells its last day and the first day on which screening could start", async () => {
  const { page } = await site.show("washout");
  assert.equal(await page.locator("#criterion-E8 > summary .status").innerText(), "clears on 2027-01-07");
  const chart = await page.locator("figure.timeline").first().innerHTML();
  assert.match(chart, /washout to 2027-01-06/);
  assert.match(chart, /screening from 2026-11-26/);
  await page.context().close();
});

test("a drug that is still taken has no end", async () => {
  const { page } = await site.show("ongoing-drug");
  const chart = page.locator("figure.timeline").first();
  assert.match(await chart.innerHTML(), /etanercept \(E8\).*ongoing/);
  assert.equal(await chart.locator("rect.tail").count(), 0);
  await page.context().close();
});

test("drugs that were not understood are not told as none recorded", async () => {
  for (const name of ["not-understood", "nothing"]) {
    const { page } = await site.show(name);
    const drugs = await page.locator("figure.timeline").first().innerText();
    assert.match(drugs, /not known for [^:]*E6, E7, E8/);
    assert.doesNotMatch(drugs, /None recorded/);
    await page.context().close();
  }
});

test("with nothing recorded nothing is met, and no chart is drawn", async () => {
  const { page } = await site.show("nothing");
  assert.equal(await page.locator(".status.met").count(), 0);
  assert.equal(await page.locator("svg.chart").count(), 0);
  assert.match(await page.locator(".banner").innerText(), /Name not recorded/);
  await page.context().close();
});

test("a value that cannot be used is a hollow point", async () => {
  const { page } = await site.show("unusable-value");
  assert.ok((await page.locator("circle.point.hollow").count()) >= 1);
  await page.context().close();
});

test("each timeline has its table, with every value", async () => {
  const { page } = await site.show("large");
  const chart = page.locator("figure.timeline", { hasText: "mRSS" });
  await chart.locator("summary").click();
  assert.equal(await chart.locator("tbody tr").count(), await chart.locator("circle").count());
  await page.context().close();
});

test("of several trials the likeliest stands first, and each can be chosen", async () => {
  const { page } = await site.show("two-trials");
  const choices = page.locator("nav.trials button");
  assert.match(await choices.first().innerText(), /Ianalumab in dcSSc/);
  assert.match(await page.locator("#result").innerText(), /Possible match for review/);
  await choices.last().click();
  await page.locator("#result", { hasText: "NCT00000000" }).waitFor();
  assert.match(await page.locator("#result").innerText(), /Not a candidate/);
  await page.context().close();
});

test("a source leads to the record as it was received", async () => {
  const { page } = await site.show("typical");
  await page.locator("#criterion-I4 > summary").click();
  await page.locator("#criterion-I4 a.source").first().click();
  const record = page.locator("details.raw", { has: page.locator("summary", { hasText: /^Observation\/mrss$/ }) });
  await record.locator("pre").waitFor();
  assert.match(await record.locator("pre").innerText(), /"effectiveDateTime": "2026-11-05"/);
  await page.context().close();
});

test("a source leads to its own record where names differ in a sign only", async () => {
  const { page } = await site.show("alike-names");
  await page.locator("#criterion-I4 > summary").click();
  for (const name of ["Observation/m.1", "Observation/m-1"]) {
    await page.locator("#criterion-I4 a.source", { hasText: name }).first().click();
    await page.waitForFunction((said) => document.activeElement?.textContent === said, name);
  }
  const anchors = await page.locator("details.raw").evaluateAll((all) => all.map((one) => one.id));
  assert.equal(new Set(anchors).size, anchors.length);
  await page.context().close();
});

test("of two records that bear one name neither is chosen: both are shown, and that there are two", async () => {
  const { page } = await site.show("two-of-one-name");
  await page.locator("#criterion-I4 > summary").click();
  await page.locator("#criterion-I4 a.source", { hasText: "Observation/mrss" }).first().click();
  const record = page.locator("details.raw", { has: page.locator("summary", { hasText: /^Observation\/mrss$/ }) });
  await record.locator("pre").first().waitFor();
  assert.match(await record.innerText(), /2 different records bear this name/);
  const values = (await record.locator("pre").allInnerTexts()).map((text) => /"value": (\d+)/.exec(text)?.[1]);
  assert.deepEqual(values, ["22", "31"]);
  await page.context().close();
});

test("values that differ by less than can be drawn do not hold the page up", async () => {
  const { page, complaints } = await site.show("almost-equal");
  assert.match(await page.locator("section.charts").innerText(), /mRSS/);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("the keyboard opens a criterion, and skips to the result first", async () => {
  const { page } = await site.show("typical");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to the result");
  await page.locator("#criterion-I2 > summary").focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#criterion-I2").evaluate((one) => (one as HTMLDetailsElement).open), true);
  await page.context().close();
});

test("the note holds every criterion, what is open and no verdict of its own", async () => {
  const { page } = await site.show("typical", { permissions: ["clipboard-read", "clipboard-write"] });
  await page.getByRole("button", { name: "Copy to note" }).click();
  await page.getByText("Copied.").waitFor();
  const note = await page.evaluate(() => navigator.clipboard.readText());
  for (const { id } of sample("typical", "en").trials[0]!.criteria) assert.match(note, new RegExp(`\\b${id}\\b`));
  assert.match(note, /Possible match for review/);
  assert.match(note, /contraception/);
  await page.context().close();
});

test("without leave to copy, the text is there to be copied by hand", async () => {
  const { page } = await site.show("typical");
  await page.evaluate(() => {
    Object.defineProperty(navigator, "clipboard", { value: { writeText: () => Promise.reject(new Error()) } });
  });
  await page.getByRole("button", { name: "Copy to note" }).click();
  assert.match(await page.locator("textarea").inputValue(), /NCT06470048/);
  await page.context().close();
});

test("another language changes the words, not the verdicts", async () => {
  const { page } = await site.show("washout");
  await page.locator("select").selectOption("de");
  await page.getByRole("heading", { name: "Ausschlüsse", exact: true }).waitFor();
  await page.getByText("Modifizierter Rodnan-Hautscore (mRSS) von 15").first().waitFor();
  assert.equal(await page.locator("#criterion-E8 > summary .status").innerText(), "entfällt ab 07.01.2027");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
  await page.context().close();
});

test("what goes wrong is said: what, why and what to do", async () => {
  for (const [address, why] of [
    ["?language=en", /No evaluation was asked for/],
    ["?evidence=/evidence/none&language=en", /the server answered 404/],
    ["?evidence=https://example.org/x&language=en", /not on this server/],
    ["?evidence=/odd&language=en", /not an evaluation/],
  ] as const) {
    const { page } = await site.show(address);
    await page.getByText(why).waitFor();
    await page.context().close();
  }
});

test("300 records stand within a second of the answer", async () => {
  const { page } = await site.show("large");
  assert.ok(sample("large", "en").bundle.entry!.length >= 300);
  const took = await page.evaluate(() => {
    const answered = performance.getEntriesByType("resource").find((one) => one.name.includes("/evidence/"))!;
    const painted = performance.getEntriesByName("evidence-shown")[0];
    return painted === undefined ? null : painted.startTime - (answered as PerformanceResourceTiming).responseEnd;
  });
  assert.ok(took !== null && took < 1000, `${took} ms`);
  await page.context().close();
});

test("a printed page has every criterion open and none of the controls", async () => {
  const { page } = await site.show("typical");
  await page.emulateMedia({ media: "print" });
  for (const id of ["I2", "E4"])
    assert.ok(await page.locator(`#criterion-${id} .opened`).isVisible(), id);
  assert.equal(await page.locator("button:visible, select:visible").count(), 0);
  await page.context().close();
});

test("the page is small, asks for nothing from elsewhere and evaluates no text", () => {
  let size = 0;
  for (const entry of readdirSync(DIST, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const text = readFileSync(join(entry.parentPath, entry.name));
    size += gzipSync(text).length;
    assert.doesNotMatch(text.toString(), /\beval\(|new Function\(|(src|href)="https?:/, entry.name);
  }
  assert.ok(size <= 120 * 1024, `${size} bytes`);
});

test("where time alone stands in the way, the page says possible future match and from when, as the card does", async () => {
  const { page } = await site.show("washout");
  assert.equal(await page.locator("#verdict-heading").innerText(), "Possible future match, from 2026-11-26");
  assert.doesNotMatch(await page.locator("#result").innerText(), /Not a candidate/);
  await page.context().close();
});

test("a patient who has died is told so in the banner and above all else", async () => {
  const { page } = await site.show("deceased");
  assert.match(await page.locator(".banner").innerText(), /died 2026-\d\d-\d\d/);
  assert.match(await page.locator("#result").innerText(), /The record says that the patient has died\./);
  await page.context().close();
});

test("two skin scores of one day that differ are a conflict, and no line goes through them", async () => {
  const { page } = await site.show("conflict");
  const chart = page.locator("figure.timeline", { hasText: "mRSS" });
  assert.match(await chart.innerText(), /22 \/ 12 on 2026-11-05 \(2 weeks ago\): these results contradict each other/);
  assert.doesNotMatch(await chart.innerText(), /since 2026/);
  assert.doesNotMatch((await chart.locator("path.line").getAttribute("d"))!, /L/);
  assert.equal(await chart.locator("circle.conflict").count(), 2);
  await chart.locator("summary").click();
  assert.equal(await chart.getByText("contradicted by another of the same day").count(), 2);
  await page.context().close();
});

test("a skin score tells its change and which change would count", async () => {
  const { page } = await site.show("typical");
  const chart = page.locator("figure.timeline", { hasText: "mRSS" });
  assert.match(await chart.innerText(), /\+1 since 2026-06-15 \(5 months ago\)/);
  assert.match(await chart.innerText(), /a rise counts if at least 3 \(I5b\); a fall counts if more than 10 \(E3\)/);
  assert.equal(await chart.locator("text.change").innerHTML(), "+1");
  await page.context().close();
});

test("an exclusion that is suspected is never told as none", async () => {
  for (const [language, said] of [
    ["en", /none found, 1 suspected \(E12\)/],
    ["de", /keiner gefunden, 1 möglich \(E12\)/],
    ["fr", /aucune trouvée, 1 possible \(E12\)/],
  ] as const) {
    const { page } = await site.show("suspected", { language });
    assert.match(await page.locator("#result .counts").innerText(), said);
    await page.context().close();
  }
});

test("a result in words is said in the language of the page, the record's own word as a quotation", async () => {
  const { page } = await site.show("suspected", { language: "de" });
  assert.match(await page.locator("#criterion-I6 > summary").innerText(), /positiv \(Akte: „Positive“\)/);
  await page.locator("#criterion-I6 > summary").click();
  assert.match(await page.locator("#criterion-I6 table").first().innerText(), /positiv \(Akte: „Positive“\)/);
  const english = await site.show("suspected");
  assert.doesNotMatch(await english.page.locator("#criterion-I6 > summary").innerText(), /record:/);
  await page.context().close();
  await english.page.context().close();
});

test("French sets an unbreakable blank before a colon, a semicolon and a question mark", async () => {
  const { page } = await site.show("typical", { language: "fr" });
  const text = await page.locator("main").innerText();
  assert.match(text, /Ouvert\u00a0: ce qui/);
  assert.match(text, /Score cutané de Rodnan modifié \(mRSS\)\u00a0: 22/);
  await page.context().close();
});

test("a drug that no exclusion asks about is a bar in outline, in words and in the table", async () => {
  const { page } = await site.show("plain-drug");
  const chart = page.locator("figure.timeline").first();
  assert.ok((await chart.locator("rect.use.plain").count()) >= 1);
  assert.match(await chart.innerHTML(), /mycophenolate/);
  assert.match(await chart.innerText(), /no exclusion asks about it/);
  await chart.locator("summary").click();
  assert.match(await chart.locator("tbody").innerText(), /2025-11-03/);
  await page.context().close();
});

test("a document that lacks what the page reads is refused with the place, never a blank page", () => {
  const whole = sample("typical", "en");
  assert.equal(evidence(whole, ""), null);
  const without = (change: (copy: typeof whole) => void): string | null => {
    const copy = structuredClone(whole);
    change(copy);
    return evidence(copy, "");
  };
  assert.equal(without((copy) => delete (copy.trials[0] as { criteria?: unknown }).criteria), "trials[0].criteria");
  assert.equal(without((copy) => ((copy.trials[0]!.criteria[2] as { outcome: string }).outcome = "eligible")), "trials[0].criteria[2].outcome");
  assert.equal(without((copy) => ((copy.trials[0]!.explanations[0]!.records[0] as { became: unknown }).became = null)), "trials[0].explanations[0].records[0].became");
  assert.equal(without((copy) => ((copy.bundle as { entry: unknown }).entry = 3)), "bundle.entry");
  for (const odd of [null, 3, "text", [], {}]) assert.notEqual(evidence(odd, ""), null);
});

test("a Patient whose members are of no known kind leaves a page, not a blank", async () => {
  const { page, complaints } = await site.show("odd-patient");
  assert.match(await page.locator(".banner").innerText(), /Name not recorded/);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("an ordinary patient is printed on at most four pages, without the records as received", async () => {
  for (const name of ["typical", "washout"])
    for (const language of ["en", "de", "fr"]) {
      const { page } = await site.show(name, { language });
      await page.locator("#criterion-I4 > summary").click();
      await page.locator("#criterion-I4 a.source").first().click();
      const pdf = (await page.pdf({ format: "A4", printBackground: false })).toString("latin1");
      const pages = pdf.match(/\/Type\s*\/Page\b(?!s)/g)!.length;
      assert.ok(pages <= 4, `${name}, ${language}: ${pages} pages`);
      await page.emulateMedia({ media: "print" });
      assert.equal(await page.locator("pre:visible").count(), 0);
      assert.ok(await page.locator("#criterion-I4 .print-only").isVisible());
      await page.context().close();
    }
});

test("nothing is said to be recorded only where nothing is", () => {
  for (const name of Object.keys(SAMPLES))
    for (const trial of sample(name, "en").trials)
      for (const { criterion, standing } of rowsOf(trial))
        assert.ok(standing !== "open" || (criterion.evidence ?? []).length === 0, `${name}: ${criterion.id}`);
});

test("a drug that is recorded and lacks a count is to check, and the count is named", async () => {
  const { page } = await site.show("recorded");
  const told = await page.locator("#criterion-E7").innerText();
  assert.match(told, /rituximab/);
  assert.match(told, /what is recorded does not settle it/);
  assert.doesNotMatch(told, /nothing recorded/i);
  await page.context().close();
});
