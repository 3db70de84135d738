// The demonstration in a browser, with the real program.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { Demo } from "./demo.ts";

const AXE = readFileSync(resolve(import.meta.dirname, "../node_modules/axe-core/axe.min.js"), "utf8");
const SKIN_SCORE = "Observation/ruiz-ana-mrss/valueQuantity.value";
let demo: Demo;

before(async () => {
  demo = await Demo.open();
});
after(() => demo.close());

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe;
    return (await axe.run()).violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  });
}

const chip = (page: Page, criterion: string) =>
  page.locator("#verdicts .chip", { has: page.locator(`b:text-is("${criterion}")`) });

const PAGES = [
  "/", "/?filter=nobody", "/own", "/setup", "/patients/ruiz-ana", "/patients/costa-ines", "/patients/ruiz-ana?profile=gfm",
  `/patients/ruiz-ana?tab=what-if&${SKIN_SCORE}=12&drug=secukinumab@2026-08-04&without=Observation/ruiz-ana-esr`,
  "/patients/ruiz-ana?tab=what-if&day=soon", "/patients/ruiz-ana?tab=request", "/patients/ruiz-ana?tab=response",
  "/patients/keller-vera?language=de&profile=plain&tab=what-if",
];

for (const path of PAGES)
  for (const width of [320, 1440])
    test(`${path} at ${width} px: axe finds nothing, light or dark, nothing is wider`, async () => {
      const { page, complaints } = await demo.show(path, { viewport: { width, height: 900 }, bypassCSP: true });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await violations(page), [], colorScheme);
      }
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
      assert.deepEqual(complaints, []);
      await page.context().close();
    });

test("no page complains of its policy", async () => {
  const { page, complaints } = await demo.show("/");
  for (const path of PAGES) await page.goto(demo.base + path);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("a changed value flips its verdict at once, is marked, and has an address", async () => {
  const { page, complaints } = await demo.show("/patients/ruiz-ana?tab=what-if");
  assert.match(await chip(page, "I4").innerText(), /I4 met/);
  const reloaded = page.waitForEvent("load").then(() => true);
  await page.locator(`[name="${SKIN_SCORE}"]`).fill("12");
  await page.locator("#verdicts .chip.flipped").waitFor();
  assert.match(await chip(page, "I4").innerText(), /met not met/);
  assert.equal(await page.locator("#cards article").count(), 0);
  assert.match(await page.locator("#chart tr.changed").innerText(), /was 22/);
  assert.match(await page.locator("#took").innerText(), /^\d+ ms$/);
  assert.ok(page.url().endsWith(`/patients/ruiz-ana?tab=what-if&${SKIN_SCORE}=12`), page.url());
  assert.equal(await page.locator(`[name="${SKIN_SCORE}"]`).evaluate((one) => one === document.activeElement), true);
  assert.equal(await Promise.race([reloaded, Promise.resolve(false)]), false, "without a new page");
  await page.reload();
  assert.match(await chip(page, "I4").innerText(), /met not met/);
  await page.locator("#reset").click();
  assert.equal(await page.locator(".flipped, tr.changed").count(), 0);
  assert.equal(await page.locator("#cards article").count(), 1);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("a slider and its number are one value", async () => {
  const { page } = await demo.show("/patients/ruiz-ana?tab=what-if");
  const number = page.locator(`[name="${SKIN_SCORE}"]`);
  const slider = page.locator("fieldset", { has: number }).locator("[type=range]");
  await slider.fill("50");
  await page.locator("#verdicts .chip.flipped").waitFor();
  assert.equal(await number.inputValue(), "50");
  assert.match(await chip(page, "I4").innerText(), /not met/);
  await page.context().close();
});

test("without a script the form does the same", async () => {
  const { page } = await demo.show("/patients/ruiz-ana?tab=what-if", { javaScriptEnabled: false });
  await page.locator(`[name="${SKIN_SCORE}"]`).fill("12");
  await page.getByRole("button", { name: "Apply" }).click();
  assert.match(await chip(page, "I4").innerText(), /met not met/);
  assert.ok(page.url().endsWith(`?tab=what-if&${SKIN_SCORE}=12`), page.url());
  await page.locator("[name=new-drug]").fill("Secukinumab");
  await page.locator("[name=new-drug-day]").fill("2026-11-01");
  await page.getByRole("button", { name: "Add" }).click();
  assert.match(await chip(page, "E8").innerText(), /clear applies/);
  await page.goto(`${demo.base}/?filter=`);
  await page.locator("#filter").fill("rituximab");
  await page.getByRole("button", { name: "Filter" }).click();
  assert.deepEqual(await page.locator("ul.patients a").allInnerTexts(), ["Megan Hughes"]);
  await page.context().close();
});

test("a drug is added from the list of ingredients and removed again", async () => {
  const { page } = await demo.show("/patients/ruiz-ana?tab=what-if");
  await page.locator("[name=new-drug]").fill("rituximab");
  await page.locator("[name=new-drug-day]").fill("2026-10-01");
  await page.getByRole("button", { name: "Add" }).click();
  await page.waitForURL(/drug=rituximab@2026-10-01/);
  assert.match(await chip(page, "E7").innerText(), /clear applies/);
  await page.getByRole("checkbox", { name: /rituximab/ }).uncheck();
  await page.locator("#verdicts .flipped").first().waitFor({ state: "detached" });
  assert.ok(page.url().endsWith("?tab=what-if"), page.url());
  await page.context().close();
});

test("what is left out becomes unknown, never not met", async () => {
  const { page } = await demo.show("/patients/ruiz-ana?tab=what-if");
  const fieldset = page.locator("fieldset", { has: page.locator("[value='Observation/ruiz-ana-fvc']") });
  await fieldset.getByRole("checkbox").check();
  await page.locator("#verdicts .chip.flipped").waitFor();
  assert.match(await chip(page, "E4").innerText(), /clear unknown/);
  await page.context().close();
});

test("a state opens from its address, on the card, the chart, the request and the evidence page", async () => {
  const { page, complaints } = await demo.show(`/patients/ruiz-ana?language=de&profile=plain&tab=request&${SKIN_SCORE}=30`);
  assert.match(await page.locator("#cards").innerText(), /30/);
  assert.match(await page.locator("#request pre.long").innerText(), /"value": 30/);
  await page.getByRole("link", { name: "Evidence page" }).click();
  await page.locator("#result").waitFor();
  assert.match(await page.locator("#criterion-I4").innerText(), /30/);
  assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("an own patient is pasted or chosen, shown, changed and forgotten", async () => {
  const bundle = JSON.stringify(((await (await fetch(`${demo.base}/patients/keller-vera/evidence.json`)).json()) as { bundle: unknown }).bundle);
  const { page, complaints } = await demo.show("/own");
  await page.locator("#text").fill("{\"resourceType\": ");
  await page.getByRole("button", { name: "Show the card" }).click();
  assert.match(await page.getByRole("alert").innerText(), /What to do/);
  complaints.length = 0; // the browser tells of every answer of 400
  for (const give of [
    () => page.locator("#text").fill(bundle),
    () => page.locator("#file").setInputFiles({ name: "vera.json", mimeType: "application/json", buffer: Buffer.from(bundle) }),
  ]) {
    await page.goto(`${demo.base}/own`);
    await give();
    await page.getByRole("button", { name: "Show the card" }).click();
    await page.waitForURL(/\/own\/[0-9a-f-]{36}$/);
    assert.match(await page.locator("#cards").innerText(), /Possible future match, from 2026-11-26/);
  }
  assert.match(await page.locator("#banner").innerText(), /Your own record/);
  assert.deepEqual(await violationsOf(page), []);
  await page.getByRole("link", { name: "Evidence page" }).click();
  await page.locator("#result").waitFor();
  await page.goBack();
  await page.getByRole("link", { name: "What if" }).click();
  await page.locator("[name=day]").fill("2027-01-08");
  await page.locator(".headline del").waitFor();
  assert.match(await page.locator("#cards").innerText(), /Possible match for review|More data needed/);
  const address = page.url();
  await page.getByRole("button", { name: "Forget this record" }).click();
  await page.waitForURL(/\/own$/);
  assert.equal((await fetch(address)).status, 404);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

// Of a page under its own policy, in a context that passes it over.
async function violationsOf(page: Page): Promise<string[]> {
  const { page: again } = await demo.show(new URL(page.url()).pathname, { bypassCSP: true });
  const found = await violations(again);
  await again.context().close();
  return found;
}

test("the filter answers while somebody types, and has an address", async () => {
  const { page } = await demo.show("/");
  await page.locator("#filter").fill("stem cell");
  assert.deepEqual(await page.locator("ul.patients li:visible a").allInnerTexts(), ["Aino Virtanen"]);
  assert.match(await page.locator("#found").innerText(), /^1 of \d+$/);
  await page.reload();
  assert.deepEqual(await page.locator("ul.patients li:visible a").allInnerTexts(), ["Aino Virtanen"]);
  await page.context().close();
});

test("everything is reached and done by keyboard", async () => {
  const { page } = await demo.show("/patients/ruiz-ana?tab=what-if");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.className), "skip");
  const reached = new Set<string>();
  for (let i = 0; i < 160; ++i) {
    const name = await page.evaluate(() => {
      const one = document.activeElement as HTMLElement & { name?: string };
      return one === document.body ? "" : (one.name || one.textContent || "").trim();
    });
    reached.add(name);
    if (name === SKIN_SCORE) break;
    await page.keyboard.press("Tab");
  }
  for (const one of ["All patients", "Evidence page", "Deutsch", "plain text", "Why", "Response", "Reset", SKIN_SCORE])
    assert.ok(reached.has(one), one);
  await page.keyboard.press("Control+A");
  await page.keyboard.type("12");
  await page.locator("#verdicts .chip.flipped").waitFor();
  assert.match(await chip(page, "I4").innerText(), /not met/);
  await page.context().close();
});

test("in print the card and the chart are there, and no form", async () => {
  const { page } = await demo.show("/patients/ruiz-ana?tab=what-if");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("form:visible, nav:visible").count(), 0);
  assert.equal(await page.locator("#cards article:visible").count(), 1);
  assert.ok(await page.locator("#chart").isVisible());
  await page.context().close();
});
