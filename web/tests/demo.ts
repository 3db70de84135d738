// A running demonstration: the real program on a port of its own, and a browser.
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";

const ROOT = resolve(import.meta.dirname, "../..");
const PROGRAM = process.env["TRIALCDS"] ?? resolve(ROOT, "build/dev/bin/trial-cds");
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const SWITCHES = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-lcd-text",
];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

export class Demo {
  readonly base: string;
  private readonly program: ChildProcess;
  private readonly browser: Browser;

  private constructor(base: string, program: ChildProcess, browser: Browser) {
    this.base = base;
    this.program = program;
    this.browser = browser;
  }

  static async open(): Promise<Demo> {
    const port = await freePort();
    const program = spawn(PROGRAM, ["demo", "--port", String(port)], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise<void>((ready, failed) => {
      let said = "";
      program.stdout!.on("data", (words: Buffer) => {
        said += words.toString();
        if (said.includes("Ctrl-C ends it.")) ready();
      });
      program.once("exit", (code) => failed(new Error(`the demonstration ended with ${code}: ${said}`)));
      program.once("error", failed);
    });
    program.removeAllListeners("exit");
    return new Demo(`http://127.0.0.1:${port}`, program, await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES }));
  }

  async close(): Promise<void> {
    await this.browser.close();
    const ended = new Promise((done) => this.program.once("exit", done));
    this.program.kill("SIGINT");
    await ended;
  }

  // A page whose every complaint (an error, a breach of the policy) is kept.
  async show(path: string, options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
    const page = await (await this.browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", ...options })).newPage();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(this.base + path);
    await page.locator("h1").first().waitFor();
    return { page, complaints };
  }
}
