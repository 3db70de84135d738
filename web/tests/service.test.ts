// The page, the real program with a configuration, a FHIR server and a sign-in that others wrote: from the EHR's launch to a
// card that is put away and taken back. TRIALCDS names the program; the default is the dev build.
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { type Browser, type Page, chromium } from "playwright-core";
import { CHROMIUM, SWITCHES } from "./browser.ts";
import { ENVIRONMENT, PROGRAM, shipped } from "./samples.ts";
import { CLIENT, SignInServer, close, listen, passSignIn } from "./sign-in.ts";

const START = resolve(import.meta.dirname, "../../tests/fhir-server/start.sh");
const OWN_TOKEN = "of-the-front-only"; // the FHIR server behind the front knows this one alone
const TRIAL = "NCT06470048";
const PATIENTS = ["base-clean-potential-candidate", "e8-secukinumab-day-110"];

const check = spawnSync(START, ["--check"]);
const skip = check.status === 0 ? false : `no FHIR server: ${String(check.stderr).trim()}`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address() as AddressInfo;
  await close(server);
  return port;
}

// The process once it has said that it listens.
async function started(program: string, parameters: string[], said: RegExp): Promise<{ process: ChildProcess; match: RegExpExecArray }> {
  const process = spawn(program, parameters, { env: ENVIRONMENT, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  const match = await new Promise<RegExpExecArray>((done, failed) => {
    const hear = (part: Buffer) => {
      text += part.toString();
      const found = said.exec(text);
      if (found !== null) done(found);
    };
    process.stdout!.on("data", hear);
    process.stderr!.on("data", hear);
    process.once("exit", (code) => failed(new Error(`${program} ended with ${code}: ${text}`)));
  });
  return { process, match };
}

async function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null) return;
  const gone = new Promise((done) => process.once("exit", done));
  process.kill();
  await gone;
}

const folder = mkdtempSync(join(tmpdir(), "trial-cds-page-"));
const processes: ChildProcess[] = [];
const servers: Server[] = [];
const refused = new Set<string>(); // types that the FHIR server does not give to this sign-in
let signIn: SignInServer;
let browser: Browser;
let fhir = "";
let site = "";

// Each patient is a record of its own there: the cases' resources share ids.
const recordAt = (server: string, patient: string): string => `${server}/${patient}/fhir/R4`;

async function load(server: string): Promise<void> {
  for (const name of PATIENTS) {
    const entry = shipped(name).entry!.map(({ resource }) => ({
      resource, request: { method: "PUT", url: `${resource!.resourceType}/${resource!.id}` },
    }));
    const answer = await fetch(recordAt(server, name), {
      method: "POST",
      headers: { Authorization: `Bearer ${OWN_TOKEN}`, "Content-Type": "application/fhir+json" },
      body: JSON.stringify({ resourceType: "Bundle", type: "transaction", entry }),
    });
    assert.ok(answer.ok, await answer.text());
  }
}

// In front of the FHIR server: describes the sign-in, and asks the provider whether a token is one of its own.
async function front(fhirServer: string): Promise<string> {
  const { server, base } = await listen(async (request, response, url) => {
    const json = { "Content-Type": "application/fhir+json", "Access-Control-Allow-Origin": "*" };
    if (url.pathname === "/r4/.well-known/smart-configuration")
      return void response.writeHead(200, json).end(JSON.stringify({
        issuer: signIn.base, authorization_endpoint: `${signIn.base}/auth`, token_endpoint: `${signIn.base}/token`,
        code_challenge_methods_supported: ["S256"],
      }));
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    const type = url.pathname.split("/")[2] ?? "";
    const status = token === undefined || !(await signIn.knows(token)) ? 401 : refused.has(type) ? 403 : 200;
    if (status !== 200)
      return void response.writeHead(status, json).end(JSON.stringify({ resourceType: "OperationOutcome", issue: [{ severity: "error", code: "forbidden" }] }));
    const patient = url.searchParams.get("patient") ?? url.searchParams.get("individual") ?? url.pathname.split("/")[3] ?? "";
    const behind = recordAt(fhirServer, /[\w-]+$/.exec(patient)?.[0] ?? "none");
    const answer = await fetch(`${behind}${url.pathname.replace(/^\/r4/, "")}${url.search}`, {
      headers: { Authorization: `Bearer ${OWN_TOKEN}`, Accept: "application/fhir+json" },
    });
    const text = (await answer.text()).replaceAll(behind, `${base}/r4`);
    response.writeHead(answer.status, json).end(text);
  });
  servers.push(server);
  return `${base}/r4`;
}

function configuration(port: number, admin: number): string {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
  const keys = join(folder, "keys.json");
  writeFileSync(keys, JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "ES384" }] }));
  writeFileSync(join(folder, "hash.key"), "a test's own key, of no use elsewhere, and long enough for it", { mode: 0o600 });
  const file = join(folder, "config.json");
  writeFileSync(file, JSON.stringify({
    public_base: "https://cds.example.org/trials",
    demonstration: true,
    limits: { handler_ms: 60000 },
    fhir: { deadline_ms: 20000, private_networks: ["127.0.0.1"] },
    listen: { address: "127.0.0.1", port },
    admin: { address: "127.0.0.1", port: admin },
    tenants: [{
      id: "north", mode: "clinician", fhir_bases: [fhir], study_contacts: { [TRIAL]: "rheumatology study team, ext. 0000" },
      future_matches: true, smart: { client_id: CLIENT, authorization_origins: [signIn.base] },
    }],
    issuers: [{ issuer: "https://ehr.example.org", jku: "https://ehr.example.org/jwks.json", key_file: keys, tenant: "north" }],
    store: { sqlite: join(folder, "store.db"), hash_key: { file: join(folder, "hash.key") } },
    evaluations: { per_minute: 600 },
  }));
  return file;
}

before(async () => {
  if (skip !== false) return;
  const medplum = await started(START, [OWN_TOKEN], /listening on (\d+)/);
  processes.push(medplum.process);
  const fhirServer = `http://127.0.0.1:${medplum.match[1]}`;
  await load(fhirServer);
  const port = await freePort();
  site = `http://127.0.0.1:${port}/trials`;
  signIn = await SignInServer.open(`${site}/evidence/`);
  servers.push(signIn.server);
  fhir = await front(fhirServer);
  const config = configuration(port, await freePort());
  const service = await started(PROGRAM, ["serve", "--config", config, "--as-of", "2026-11-22"], /Listening on/);
  processes.push(service.process);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
});
after(async () => {
  await browser?.close();
  for (const process of processes.reverse()) await ended(process);
  for (const server of servers) await close(server);
  rmSync(folder, { recursive: true });
});

async function launched(patient: string): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB" });
  await context.route((url) => url.hostname !== "127.0.0.1", (route) => route.fulfill({ body: "" }));
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && message.location().url.startsWith(site) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  signIn.launches.set(`launch-${patient}`, { patient, appContext: "3f0c6b1e-0000-8000-8000-00000000000a" });
  await page.goto(`${site}/evidence/launch.html?iss=${encodeURIComponent(fhir)}&launch=launch-${patient}`);
  await passSignIn(page, { signIn });
  return { page, complaints };
}

test("a launch from the EHR shows what the program says of the patient's record", { skip }, async () => {
  const { page, complaints } = await launched("base-clean-potential-candidate");
  await page.locator("#result").waitFor();
  assert.match(await page.locator("#result").innerText(), /Possible match for review/);
  assert.match(await page.locator("#result").innerText(), /rheumatology study team, ext\. 0000/);
  const plain = JSON.parse(execFileSync(PROGRAM,
    ["evaluate", "--as-of", "2026-11-22", "--format", "json", "-"],
    { env: ENVIRONMENT, input: JSON.stringify(shipped("base-clean-potential-candidate")), encoding: "utf8" })) as { criteria: { id: string }[] };
  for (const { id } of plain.criteria) assert.equal(await page.locator(`#criterion-${id}`).count(), 1, id);
  assert.match(await page.locator("section[aria-labelledby=read-heading]").innerText(), /Laboratory results: read in full/);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("a washout is a possible future match, as on the card", { skip }, async () => {
  const { page, complaints } = await launched("e8-secukinumab-day-110");
  await page.locator("#result").waitFor();
  assert.equal(await page.locator("#verdict-heading").innerText(), "Possible future match, from 2026-11-26");
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("what the FHIR server refuses is said, and leaves open what rests on it", { skip }, async () => {
  refused.add("Observation");
  const { page, complaints } = await launched("base-clean-potential-candidate");
  await page.locator("#result").waitFor();
  refused.clear();
  assert.match(await page.locator(".charts .gaps").innerText(), /Skin scores: could not be read, the server answered 403/);
  assert.notEqual(await page.locator("#criterion-I4 > summary .status").innerText(), "met");
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("a card that is put away stays away at the next launch, until it is taken back", { skip }, async () => {
  const patient = "base-clean-potential-candidate";
  const first = await launched(patient);
  await first.page.getByRole("button", { name: "Not now" }).click();
  await first.page.getByRole("button", { name: "Already discussed with the patient" }).click();
  await first.page.getByText("Put away").waitFor();
  await first.page.context().close();
  const second = await launched(patient);
  await second.page.getByText("Put away").waitFor();
  await second.page.getByRole("button", { name: "Undo" }).click();
  await second.page.getByText("Taken back").waitFor();
  await second.page.context().close();
  const third = await launched(patient);
  await third.page.getByRole("button", { name: "Not now" }).waitFor();
  assert.deepEqual([...first.complaints, ...second.complaints, ...third.complaints], []);
  await third.page.context().close();
});

test("a patient whom the sign-in does not open is shown to nobody", { skip }, async () => {
  const { page } = await launched("of-nobody");
  await page.getByText("does not show this patient").waitFor();
  assert.equal(await page.locator("#result").count(), 0);
  await page.context().close();
});

test("another language asks the program again", { skip }, async () => {
  const { page, complaints } = await launched("base-clean-potential-candidate");
  await page.locator("#result").waitFor();
  await page.locator("select").selectOption("fr");
  await page.getByText("Score cutané de Rodnan modifié (mRSS) de 15").first().waitFor();
  assert.deepEqual(complaints, []);
  await page.context().close();
});
