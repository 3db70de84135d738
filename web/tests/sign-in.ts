// A hospital's sign-in around the page, each part a real server on this machine: an OpenID provider that gives a token
// for one patient as SMART App Launch has it, the FHIR server's address in front of it, an EHR that launches, and the
// service that serves the page. Unless a test brings the program itself, the service is a stand-in that holds to the
// contract of POST /evaluations and answers from real outputs of `trial-cds evaluate`.
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import Provider from "oidc-provider";
import { type Browser, type BrowserContext, type Frame, type Page, chromium } from "playwright-core";
import { CHROMIUM, DIST, SWITCHES, TYPES } from "./browser.ts";
import { sample } from "./samples.ts";

export const CLIENT = "trial-cds";
export const SCOPE = "launch openid fhirUser patient/Patient.rs patient/Condition.rs patient/Observation.rs";

export const REASONS = [
  { system: "urn:trial-cds:override-reason", code: "already-discussed", display: "Already discussed with the patient" },
  { system: "urn:trial-cds:override-reason", code: "patient-declined", display: "The patient declined" },
];

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void;

export async function listen(handler: Handler): Promise<{ server: Server; base: string }> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://server");
    Promise.resolve(handler(request, response, url)).catch((fault) => {
      response.writeHead(500).end(String(fault));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { server, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

export async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
}

export const outcome = (diagnostics: string) => ({
  resourceType: "OperationOutcome", issue: [{ severity: "error", code: "processing", diagnostics }],
});

// The provider. What it knows of a launch it adds to the token's answer, as an EHR does: the patient that the launch
// stood for, or the one that a standalone sign-in chose.
export class SignInServer {
  readonly base: string;
  readonly server: Server;
  readonly provider: Provider;
  readonly launches = new Map<string, { patient: string; appContext?: string }>();
  leavesOutPatient = false;
  refusesToken = false;
  givesTokenElsewhere = false;
  readonly askedElsewhere: string[] = []; // methods of requests to where it pointed
  people = ""; // the FHIR base on which those who sign in are recorded; none said: this server's own address
  readonly asked: URLSearchParams[] = [];

  private constructor(server: Server, base: string, provider: Provider) {
    this.server = server;
    this.base = base;
    this.provider = provider;
  }

  static async open(redirectUri: string): Promise<SignInServer> {
    let handle: (request: IncomingMessage, response: ServerResponse) => unknown = () => undefined;
    let peopleBase = (): string => "";
    const { server, base } = await listen((request, response) => void handle(request, response));
    const provider = new Provider(base, {
      clients: [{
        client_id: CLIENT, redirect_uris: [redirectUri], token_endpoint_auth_method: "none",
        response_types: ["code"], grant_types: ["authorization_code"],
      }],
      scopes: ["openid", "fhirUser", "launch", "launch/patient",
        ...SCOPE.split(" ").filter((one) => one.startsWith("patient/"))],
      claims: { openid: ["sub"], fhirUser: ["fhirUser"] },
      conformIdTokenClaims: false,
      extraParams: ["launch", "aud"],
      clientBasedCORS: () => true,
      findAccount: (_context: unknown, id: string) => ({
        accountId: id, claims: () => ({ sub: id, fhirUser: `${peopleBase()}/Practitioner/${id}` }),
      }),
      cookies: { keys: ["of a test only"] },
      ttl: { AccessToken: 3600, Session: 600, Interaction: 600, Grant: 600, IdToken: 600 },
    });
    const made = new SignInServer(server, base, provider);
    peopleBase = () => made.people || base;
    const launchOf = new Map<string, string>(); // by the nonce of the sign-in
    provider.use(async (context: { path: string; method: string; query: Record<string, string>; status: number; body: unknown; set: (name: string, value: string) => void; oidc?: {
      route?: string; entities: { AuthorizationCode?: { nonce?: string } } } }, next: () => Promise<void>) => {
      if (context.path === "/auth" && context.query["nonce"] !== undefined) {
        made.asked.push(new URLSearchParams(context.query));
        launchOf.set(context.query["nonce"], context.query["launch"] ?? "");
      }
      if (context.path === "/elsewhere") made.askedElsewhere.push(context.method);
      if (context.path === "/token" && made.givesTokenElsewhere) {
        context.status = 307;
        context.set("Access-Control-Allow-Origin", "*");
        context.set("Location", "/elsewhere");
        return;
      }
      if (context.path === "/token" && made.refusesToken) {
        context.status = 400;
        context.set("Access-Control-Allow-Origin", "*");
        context.body = { error: "invalid_grant", error_description: "the code has expired" };
        return;
      }
      await next();
      if (context.oidc?.route !== "token" || context.status !== 200) return;
      const launch = launchOf.get(context.oidc.entities.AuthorizationCode?.nonce ?? "") ?? "";
      const stood = made.launches.get(launch) ?? { patient: "chosen" };
      if (!made.leavesOutPatient) context.body = { ...(context.body as object), ...stood };
    });
    handle = provider.callback();
    return made;
  }

  async knows(token: string): Promise<boolean> {
    return (await this.provider.AccessToken.find(token)) !== undefined;
  }
}

// What a service holds to of the contract, and what it was asked.
export class StandIn {
  readonly asked: { path: string; body: Record<string, unknown> }[] = [];
  readonly faults: { status: number; headers?: Record<string, string>; body: unknown }[] = []; // answered first
  staysAway = false;
  shown = "typical";
  private held: Promise<void> = Promise.resolve();
  readonly signIn: SignInServer;

  constructor(signIn: SignInServer) {
    this.signIn = signIn;
  }

  // Answers wait until what comes back is called.
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.held = promise;
    return resolve;
  }

  async answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (request.method !== "POST" || request.headers["content-type"] !== "application/json")
      return sendJson(response, 415, outcome("a JSON document is asked for"));
    if (request.headers.authorization !== undefined || request.headers.cookie !== undefined)
      return sendJson(response, 400, outcome("neither an Authorization header nor a cookie is asked for"));
    const body = JSON.parse(await bodyOf(request)) as Record<string, unknown>;
    this.asked.push({ path, body });
    await this.held;
    const fault = this.faults.shift();
    if (fault !== undefined) return sendJson(response, fault.status, fault.body, fault.headers);
    const { access_token, token_type, expires_in, scope, subject } = body["fhirAuthorization"] as Record<string, unknown>;
    if (token_type !== "Bearer" || typeof expires_in !== "number" || typeof scope !== "string" || subject !== CLIENT)
      return sendJson(response, 400, outcome("/fhirAuthorization is not whole"));
    if (!(await this.signIn.knows(String(access_token)))) return sendJson(response, 403, outcome("nothing is shown for this"));
    if (path === "/evaluations/feedback") this.staysAway = true;
    if (path === "/evaluations/undo") this.staysAway = false;
    if (path !== "/evaluations") return void response.writeHead(204).end();
    sendJson(response, 200, this.evaluation(String(body["language"])));
  }

  private evaluation(language: string): object {
    const { trials, bundle } = sample(this.shown, language);
    const trial = "NCT06470048";
    const searched = "?patient=chosen&_count=100";
    return {
      as_of: "2026-11-22",
      trials,
      bundle,
      reads: [
        { key: "patient", query: "Patient/chosen", state: "complete", cause: "ok", answers: [bundle.entry![0]!.resource] },
        { key: "conditions", query: `Condition${searched}`, state: "complete", cause: "ok", of_another_patient: 2, answers: [{ resourceType: "Bundle", total: 3, entry: [{ left_out: "other-patient" }, { left_out: "other-patient" }] }] },
        { key: "labs", query: `Observation${searched}`, state: "not-retrieved", cause: "forbidden", answers: [] },
        { key: "skin", query: `Observation${searched}&code=mrss`, state: "incomplete", cause: "timeout", answers: [{ resourceType: "Bundle" }] },
        { key: "dispenses", query: `MedicationDispense${searched}`, state: "not-retrieved", cause: "source_not_kept", answers: [] },
      ],
      contacts: { [trial]: "rheumatology study team, ext. 0000" },
      cards: {
        [trial]: { uuid: "3f0c6b1e-0000-8000-8000-00000000000a", stays_away: this.staysAway, ...(this.staysAway && { no_card: "snoozed" }) },
        NCT00000000: { uuid: "3f0c6b1e-0000-8000-8000-00000000000b", stays_away: false, no_card: "not-a-candidate" },
      },
      override_reasons: REASONS,
    };
  }
}

export interface Complaining {
  page: Page;
  complaints: string[];
}

export class Hospital {
  readonly signIn: SignInServer;
  readonly service: StandIn;
  readonly site: string; // of the service
  readonly fhir: string; // the FHIR base
  readonly ehr: string;
  readonly stranger: string; // frames what it is told to, and nobody told it to be let
  clients: { iss: string; client_id: string; scope: string; name: string }[];
  describesItself = true; // whether the FHIR server has a smart-configuration
  describesElsewhere = false; // whether it points to another place for it
  readonly askedOfFhir: string[] = []; // paths
  private readonly browser: Browser;
  private readonly servers: Server[];

  private constructor(parts: { signIn: SignInServer; site: string; fhir: string; ehr: string; stranger: string; browser: Browser; servers: Server[] }) {
    this.signIn = parts.signIn;
    this.service = new StandIn(parts.signIn);
    this.site = parts.site;
    this.fhir = parts.fhir;
    this.ehr = parts.ehr;
    this.stranger = parts.stranger;
    this.browser = parts.browser;
    this.servers = parts.servers;
    this.clients = [{ iss: parts.fhir, client_id: CLIENT, scope: SCOPE, name: "north" }];
  }

  static async open(): Promise<Hospital> {
    let hospital: Hospital;
    const site = await listen((request, response, url) => hospital.serve(request, response, url));
    const fhir = await listen((request, response, url) => hospital.describe(request, response, url));
    const framing: Handler = (_request, response, url) => void
      response.writeHead(200, { "Content-Type": "text/html" }).end(
        `<!doctype html><html lang="en"><title>EHR</title><h1>EHR</h1>${url.searchParams.getAll("frame").map((address) =>
          `<iframe title="chart" width="900" height="700" src="${address.replaceAll("&", "&amp;")}"></iframe>`).join("")}`);
    const ehr = await listen(framing);
    const stranger = await listen(framing);
    const signIn = await SignInServer.open(`${site.base}/evidence/`);
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
    signIn.people = `${fhir.base}/r4`;
    hospital = new Hospital({
      signIn, site: site.base, fhir: `${fhir.base}/r4`, ehr: ehr.base, stranger: stranger.base, browser,
      servers: [site.server, fhir.server, ehr.server, stranger.server, signIn.server],
    });
    return hospital;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await Promise.all(this.servers.map(close));
  }

  async context(options: Parameters<Browser["newContext"]>[0] = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", ...options });
    await context.route((url) => url.hostname !== "127.0.0.1", (route) => route.fulfill({ body: "" })); // the provider's letters
    return context;
  }

  // A window whose every complaint of the page's own (an error, a breach of the policy) is kept.
  async window(context: BrowserContext): Promise<Complaining> {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      const isOurs = message.location().url.startsWith(this.site);
      if (message.type() === "error" && isOurs && !/status of (40[034]|429|503)/.test(message.text()))
        complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    return { page, complaints };
  }

  // The address that an EHR opens for a patient.
  launch(patient: string, more: { appContext?: string } = {}): string {
    const launch = `launch-${patient}`;
    this.signIn.launches.set(launch, { patient, ...more });
    return `${this.site}/evidence/launch.html?iss=${encodeURIComponent(this.fhir)}&launch=${launch}`;
  }

  private async serve(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (url.pathname.startsWith("/evaluations")) return this.service.answer(request, response, url.pathname);
    const path = url.pathname.replace(/^\/evidence\//, "");
    const headers = {
      "Content-Security-Policy": `default-src 'self'; connect-src 'self' ${new URL(this.fhir).origin} ${this.signIn.base}; ` +
        `base-uri 'none'; form-action 'none'; frame-ancestors ${this.ehr}`,
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
    };
    if (path === "settings.json") return sendJson(response, 200, { clients: this.clients }, headers);
    const file = path === "" ? "index.html" : path;
    if (!url.pathname.startsWith("/evidence/") || !/^((index|launch)\.html|icon\.svg|assets\/[\w.-]+)$/.test(file))
      return void response.writeHead(404, headers).end();
    response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream", ...headers });
    response.end(await readFile(join(DIST, file)));
  }

  private describe(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const shared = { "Access-Control-Allow-Origin": request.headers.origin ?? "*" };
    this.askedOfFhir.push(url.pathname);
    if (this.describesElsewhere) return sendJson(response, 307, {}, { ...shared, Location: "/elsewhere" });
    if (!this.describesItself || url.pathname !== "/r4/.well-known/smart-configuration")
      return sendJson(response, 404, outcome("there is nothing here"), shared);
    sendJson(response, 200, {
      issuer: this.signIn.base,
      authorization_endpoint: `${this.signIn.base}/auth`,
      token_endpoint: `${this.signIn.base}/token`,
      code_challenge_methods_supported: ["S256"],
      capabilities: ["launch-ehr", "launch-standalone", "client-public", "sso-openid-connect", "context-ehr-patient"],
    }, shared);
  }
}

// Whoever sits there: signs in and allows, or declines, until the page is back.
export async function passSignIn(where: Page | Frame, hospital: { signIn: { base: string } }, consent: "allow" | "decline" = "allow"): Promise<void> {
  const frame = "mainFrame" in where ? where.mainFrame() : where;
  for (let step = 0; step < 4; ++step) {
    await frame.waitForURL((url) => url.href.startsWith(hospital.signIn.base) || url.searchParams.has("code") || /\/evidence\/$/.test(url.pathname), { waitUntil: "load" });
    if (!frame.url().startsWith(hospital.signIn.base)) return;
    const before = frame.url();
    const login = frame.locator("input[name=login]");
    if ((await login.count()) > 0) {
      await login.fill("dr-who");
      await frame.locator("input[name=password]").fill("any");
      await frame.locator("button[type=submit]").click();
    } else if (consent === "allow") await frame.locator("button[type=submit]").click();
    else await frame.locator("a[href*=abort]").click();
    await frame.waitForURL((url) => url.href !== before);
  }
}
