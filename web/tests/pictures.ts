// The pictures of docs/pictures: node tests/pictures.ts [FOLDER [ONLY]]. Each of a running demonstration.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { Demo } from "./demo.ts";
import { withPalette } from "./png.ts";

const MOST_BYTES = 200_000;
const folder = process.argv[2] ?? resolve(import.meta.dirname, "../../docs/pictures");
const only = process.argv[3] ?? "";
mkdirSync(folder, { recursive: true });
const demo = await Demo.open();

interface Picture {
  path: string;
  options?: BrowserContextOptions;
  of?: string; // a part of the page alone
  before?: (page: Page) => Promise<void>;
}

const evidence = (patient: string) => `/evidence/?evidence=/patients/${patient}/evidence.json&language=en`;
const size = (width: number, height: number): BrowserContextOptions => ({ viewport: { width, height } });
const SHOWN: Record<string, Picture> = {
  "card-basic": { path: "/patients/ruiz-ana", options: size(1440, 900), of: "#cards" },
  "card-gfm": { path: "/patients/ruiz-ana?profile=gfm", options: size(1440, 900), of: "#cards" },
  "card-plain": { path: "/patients/ruiz-ana?profile=plain", options: size(1440, 900), of: "#cards" },
  "evidence-desktop": { path: evidence("ruiz-ana"), options: size(1280, 960) },
  "evidence-320": { path: evidence("ruiz-ana"), options: size(320, 1000) },
  "evidence-dark": { path: evidence("keller-vera"), options: { ...size(1280, 960), colorScheme: "dark" } },
  "evidence-print": {
    path: evidence("keller-vera"), options: size(720, 1000), before: (page) => page.emulateMedia({ media: "print" }),
  },
  "demo-start": { path: "/", options: size(1280, 800) },
  "demo-patient": { path: "/patients/ruiz-ana", options: size(1440, 860) },
  "demo-what-if": {
    path: "/patients/ruiz-ana?tab=what-if&Observation/ruiz-ana-mrss/valueQuantity.value=12", options: size(1440, 860),
  },
  "demo-dark": { path: "/patients/keller-vera?tab=what-if", options: { ...size(1440, 860), colorScheme: "dark" } },
  "demo-320": { path: "/patients/ruiz-ana", options: size(320, 900) },
  "demo-own": { path: "/own", options: size(1280, 800) },
  "demo-setup": { path: "/setup", options: size(1280, 800) },
};

for (const [name, { path, options, of, before }] of Object.entries(SHOWN)) {
  if (!name.includes(only)) continue;
  const { page } = await demo.show(path, options);
  if (path.startsWith("/evidence/")) await page.locator("#result").waitFor();
  await before?.(page);
  const shown = of === undefined ? page : page.locator(of);
  const picture = withPalette(await shown.screenshot());
  writeFileSync(join(folder, `${name}.png`), picture);
  console.log(`${name}.png ${picture.length}`);
  if (picture.length > MOST_BYTES) throw new Error(`${name}.png has more than ${MOST_BYTES} bytes`);
  await page.context().close();
}
await demo.close();
