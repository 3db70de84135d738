// Pictures of the page for whoever looks at it: node tests/screenshots.ts FOLDER
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { Site, openAll } from "./browser.ts";
import { Hospital, outcome, passSignIn } from "./sign-in.ts";

const folder = process.argv[2];
if (folder === undefined) throw new Error("tell the folder for the pictures");
mkdirSync(folder, { recursive: true });

const site = await Site.open();
const only = process.argv[3];

async function picture(file: string, name: string, options: Parameters<Site["show"]>[1], before?: (page: import("playwright-core").Page) => Promise<void>) {
  if (only !== undefined && !file.includes(only)) return;
  const { page } = await site.show(name, options);
  await before?.(page);
  await page.screenshot({ path: join(folder!, `${file}.png`), fullPage: true });
  await page.context().close();
}

const narrow = { viewport: { width: 320, height: 800 } };
await picture("1440-typical", "typical", {});
await picture("1440-washout", "washout", {});
await picture("1440-washout-dark", "washout", { colorScheme: "dark" });
await picture("1440-washout-de", "washout", { language: "de" });
await picture("1440-two-washouts", "two-washouts", {});
await picture("1440-not-understood", "not-understood", {});
await picture("1440-nothing", "nothing", {});
await picture("1440-large", "large", {});
await picture("1440-two-trials", "two-trials", {});
await picture("1440-opened", "typical", {}, async (page) => {
  for (const id of ["I2", "I5", "E4"]) await page.locator(`#criterion-${id} > summary`).click();
});
await picture("768-typical-fr", "typical", { language: "fr", viewport: { width: 768, height: 1024 } });
await picture("320-typical-de", "typical", { language: "de", ...narrow });
await picture("320-washout-dark", "washout", { colorScheme: "dark", ...narrow });
await picture("320-not-understood-opened", "not-understood", narrow, openAll);
await picture("1440-conflict-de", "conflict", { language: "de" });
await picture("1440-deceased-fr", "deceased", { language: "fr" });
await picture("1440-plain-drug", "plain-drug", {});
await picture("error", "?evidence=/evidence/none&language=en", { viewport: { width: 768, height: 300 } });
if (only === undefined || only === "print") {
  const { page } = await site.show("washout");
  await page.setViewportSize({ width: 700, height: 1000 });
  await page.emulateMedia({ media: "print" });
  await page.screenshot({ path: join(folder, "print-washout.png"), fullPage: true });
  await page.pdf({ path: join(folder, "print-washout.pdf"), format: "A4", printBackground: false });
}
await site.close();

// Signed in, with the sign-in of the tests around the page.
const hospital = await Hospital.open();
async function signedIn(file: string, language: string, viewport: { width: number; height: number }, before?: (page: Page) => Promise<void>) {
  if (only !== undefined && !file.includes(only)) return;
  const page = await (await hospital.context({ locale: language, viewport })).newPage();
  await page.goto(hospital.launch("ruiz"));
  await passSignIn(page, hospital);
  await page.locator("h1").waitFor();
  await before?.(page);
  await page.screenshot({ path: join(folder!, `${file}.png`), fullPage: true });
  await page.context().close();
}
const result = (page: Page) => page.locator("#result").waitFor();
const wide = { width: 1440, height: 900 };
await signedIn("signed-in-1440", "en", wide, result);
await signedIn("signed-in-320-menu-de", "de", narrow.viewport, async (page) => {
  await result(page);
  await page.getByRole("button", { name: "Nicht jetzt" }).click();
});
await signedIn("signed-in-away-fr", "fr", { width: 768, height: 1024 }, async (page) => {
  await result(page);
  await page.getByRole("button", { name: "Pas maintenant" }).click();
  await page.getByRole("button", { name: "Sans motif" }).click();
  await page.getByText("Mise de côté").waitFor();
});
hospital.service.faults.push({ status: 429, headers: { "Retry-After": "7" }, body: outcome("too many") });
await signedIn("signed-in-too-many", "en", { width: 768, height: 300 }, (page) => page.getByRole("alert").waitFor());
const release = hospital.service.hold();
await signedIn("signed-in-waiting", "en", { width: 768, height: 600 }, (page) => page.getByText("Reading the record").waitFor());
release();
if (only === undefined || "launch-choice".includes(only)) {
  const page = await (await hospital.context({ viewport: { width: 768, height: 400 } })).newPage();
  await page.goto(`${hospital.site}/evidence/launch.html`);
  await page.locator("button").waitFor();
  await page.screenshot({ path: join(folder, "launch-choice.png"), fullPage: true });
}
await hospital.close();
