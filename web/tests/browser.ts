// A browser on the built page, served as a deployment does: own files only, under a strict content security policy.
import { type Server, createServer } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";
import { SAMPLES, sample } from "./samples.ts";

export const DIST = resolve(import.meta.dirname, "../dist");
export const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
export const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
export const SWITCHES = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

async function answer(path: string, language: string): Promise<{ type: string; body: string | Buffer } | null> {
  const evidence = /^\/evidence\/([a-z-]+)$/.exec(path);
  if (evidence !== null)
    return evidence[1]! in SAMPLES
      ? { type: "application/json", body: JSON.stringify(sample(evidence[1]!, language)) }
      : null;
  if (path === "/odd") return { type: "application/json", body: "[]" };
  const file = path === "/" ? "index.html" : path.slice(1);
  if (!/^(index\.html|icon\.svg|assets\/[\w.-]+)$/.test(file)) return null;
  return { type: TYPES[extname(file)] ?? "application/octet-stream", body: await readFile(join(DIST, file)) };
}

export class Site {
  readonly base: string;
  private readonly server: Server;
  private readonly browser: Browser;

  private constructor(server: Server, browser: Browser) {
    this.server = server;
    this.browser = browser;
    this.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(): Promise<Site> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://site");
      void answer(url.pathname, url.searchParams.get("language") ?? "en").then((found) => {
        response.writeHead(found === null ? 404 : 200, {
          "Content-Type": found?.type ?? "text/plain",
          "Content-Security-Policy": "default-src 'self'; base-uri 'none'; frame-ancestors 'self'",
          "X-Content-Type-Options": "nosniff",
        });
        response.end(found?.body ?? "");
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
    return new Site(server, browser);
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  // A page whose every complaint (an error, a breach of the policy) is kept.
  async show(name: string, options: BrowserContextOptions & { language?: string } = {}): Promise<Shown> {
    const { language = "en", ...context } = options;
    const page = await (await this.browser.newContext({ viewport: { width: 1440, height: 900 }, ...context })).newPage();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    const address = name.startsWith("?") ? name : `?evidence=/evidence/${name}&language=${language}`;
    await page.goto(`${this.base}/${address}`);
    await page.locator("h1").first().waitFor();
    if (!name.startsWith("?")) await page.locator("#result").waitFor();
    return { page, complaints };
  }
}

export interface Shown {
  page: Page;
  complaints: string[];
}

export async function openAll(page: Page): Promise<void> {
  await page.evaluate(() => document.querySelectorAll("details:not(.raw)").forEach((one) => one.setAttribute("open", "")));
}
