// The page signed in to: launches from an EHR and by itself, what goes wrong on the way, and what a card's reader does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import type { Page } from "playwright-core";
import { CLIENT, type Complaining, Hospital, REASONS, outcome, passSignIn } from "./sign-in.ts";

const AXE = readFileSync(resolve(import.meta.dirname, "../node_modules/axe-core/axe.min.js"), "utf8");
let hospital: Hospital;

before(async () => {
  hospital = await Hospital.open();
});
after(() => hospital.close());
beforeEach(() => {
  hospital.service.asked.length = 0;
  hospital.service.faults.length = 0;
  hospital.service.staysAway = false;
  hospital.service.shown = "typical";
});

async function opened(address: string, options: Parameters<Hospital["context"]>[0] = {}): Promise<Complaining> {
  const shown = await hospital.window(await hospital.context(options));
  await shown.page.goto(address);
  return shown;
}

async function launched(patient = "ruiz", options: Parameters<Hospital["context"]>[0] = {}): Promise<Complaining> {
  const shown = await opened(hospital.launch(patient), options);
  await passSignIn(shown.page, hospital);
  return shown;
}

async function evidenceOf(patient = "ruiz", options: Parameters<Hospital["context"]>[0] = {}): Promise<Complaining> {
  const shown = await launched(patient, options);
  await shown.page.locator("#result").waitFor();
  return shown;
}

async function finish({ page, complaints }: Complaining): Promise<void> {
  assert.deepEqual(complaints, []);
  await page.context().close();
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe;
    return (await axe.run()).violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  });
}

const isWide = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);

test("an EHR launch ends on the patient's evidence, with PKCE, the FHIR server as audience and nothing kept", async () => {
  hospital.signIn.asked.length = 0;
  const shown = await evidenceOf("ruiz");
  const { page } = shown;
  const asked = hospital.signIn.asked[0]!;
  assert.equal(asked.get("code_challenge_method"), "S256");
  assert.equal(asked.get("aud"), hospital.fhir);
  assert.equal(asked.get("launch"), "launch-ruiz");
  assert.deepEqual(asked.get("scope")!.split(" ").filter((scope) => scope.startsWith("launch")), ["launch"]);
  const { body } = hospital.service.asked[0]!;
  assert.deepEqual(Object.keys(body).sort(), ["context", "fhirAuthorization", "fhirServer", "language"]);
  assert.equal(body["fhirServer"], hospital.fhir);
  assert.deepEqual(body["context"], { patientId: "ruiz", userId: "Practitioner/dr-who" });
  const token = (body["fhirAuthorization"] as { access_token: string }).access_token;
  assert.equal(page.url(), `${hospital.site}/evidence/`);
  const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie, history.state]));
  assert.doesNotMatch(kept, new RegExp(token));
  assert.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 0);
  const cookies = await page.context().cookies(hospital.site);
  assert.deepEqual(cookies.filter((cookie) => cookie.path.startsWith("/evidence")), []);
  await finish(shown);
});

test("who is recorded at another server is not taken for the user of this one", async () => {
  const own = hospital.signIn.people;
  hospital.signIn.people = "https://elsewhere.example/r4";
  const shown = await evidenceOf("ruiz");
  assert.deepEqual(hospital.service.asked[0]!.body["context"], { patientId: "ruiz" });
  hospital.signIn.people = own;
  await finish(shown);
});

test("a standalone launch offers the one server by a button and asks for the patient", async () => {
  hospital.signIn.asked.length = 0;
  const shown = await opened(`${hospital.site}/evidence/launch.html`);
  const { page } = shown;
  await page.getByRole("button", { name: "Sign in at north" }).click();
  await passSignIn(page, hospital);
  await page.locator("#result").waitFor();
  const scopes = hospital.signIn.asked[0]!.get("scope")!.split(" ");
  assert.ok(scopes.includes("launch/patient") && !scopes.includes("launch"));
  assert.equal(hospital.signIn.asked[0]!.has("launch"), false);
  assert.deepEqual((hospital.service.asked[0]!.body["context"] as { patientId: string }).patientId, "chosen");
  await finish(shown);
});

test("of several servers one is chosen", async () => {
  const one = hospital.clients[0]!;
  hospital.clients = [one, { ...one, iss: `${hospital.fhir}/south`, name: "south" }];
  const shown = await opened(`${hospital.site}/evidence/launch.html`);
  await shown.page.getByRole("button", { name: "Sign in at south" }).waitFor();
  assert.deepEqual(await shown.page.locator("button").allInnerTexts(), ["Sign in at north", "Sign in at south"]);
  hospital.clients = [one];
  await finish(shown);
});

test("a server that is not set up is refused before anything is asked of it, with what IT has to do", async () => {
  const shown = await opened(`${hospital.site}/evidence/launch.html?iss=https://evil.example/r4&launch=x`);
  const said = await shown.page.getByRole("alert").innerText();
  assert.match(said, /not set up for https:\/\/evil\.example\/r4/);
  assert.match(said, /IT has to list this address/);
  await finish(shown);
});

test("without a sign-in set up the launch says what IT has to do", async () => {
  const clients = hospital.clients;
  hospital.clients = [];
  const shown = await opened(`${hospital.site}/evidence/launch.html`);
  assert.match(await shown.page.getByRole("alert").innerText(), /"smart" with a client_id/);
  hospital.clients = clients;
  await finish(shown);
});

test("a FHIR server that does not describe its sign-in is named, and can be tried again", async () => {
  hospital.describesItself = false;
  const shown = await opened(hospital.launch("ruiz"));
  assert.match(await shown.page.getByRole("alert").innerText(), /does not say where to sign in: the server answered 404/);
  hospital.describesItself = true;
  await shown.page.getByRole("button", { name: "Try again" }).click();
  await passSignIn(shown.page, hospital);
  await shown.page.locator("#result").waitFor();
  await finish(shown);
});

test("nobody who answers with another address is followed there, with a token, a code or without", async () => {
  const description = await opened(`${hospital.site}/evidence/launch.html`);
  hospital.describesElsewhere = true;
  hospital.askedOfFhir.length = 0;
  await description.page.getByRole("button", { name: "Sign in at north" }).click();
  assert.match(await description.page.getByRole("alert").innerText(), /does not say where to sign in/);
  assert.deepEqual(hospital.askedOfFhir, ["/r4/.well-known/smart-configuration"]);
  hospital.describesElsewhere = false;

  hospital.signIn.givesTokenElsewhere = true;
  const code = await launched("ruiz");
  assert.match(await code.page.getByRole("alert").innerText(), /could not be completed/);
  assert.deepEqual(hospital.signIn.askedElsewhere, []);
  hospital.signIn.givesTokenElsewhere = false;

  hospital.service.faults.push({ status: 307, body: {}, headers: { Location: "/evaluations/elsewhere" } });
  const token = await launched("ruiz");
  assert.match(await token.page.getByRole("alert").innerText(), /gave no evaluation: no answer came/);
  assert.equal(hospital.service.asked.length, 1);
  for (const { page } of [description, code, token]) await page.context().close();
});

test("what is about another patient is left out of the answers, and said so", async () => {
  const shown = await evidenceOf("ruiz");
  const conditions = shown.page.locator("details.raw", { has: shown.page.locator("summary", { hasText: "Conditions: read in full" }) });
  await conditions.locator("summary").click();
  await conditions.locator("pre").waitFor();
  assert.match(await conditions.innerText(), /2 entries are about another patient and are left out here/);
  await finish(shown);
});

test("a return whose launch this window does not know is told so, and signing in again works", async () => {
  const shown = await opened(`${hospital.site}/evidence/?code=abc&state=of-another-window`);
  const { page } = shown;
  assert.match(await page.getByRole("alert").innerText(), /not known to this window/);
  assert.equal(page.url(), `${hospital.site}/evidence/`);
  await page.getByRole("link", { name: "Sign in again" }).click();
  await page.getByRole("button", { name: "Sign in at north" }).click();
  await passSignIn(page, hospital);
  await page.locator("#result").waitFor();
  assert.equal(hospital.service.asked.length, 1);
  await finish(shown);
});

test("a page that is loaded again says so, and signing in again comes back without a choice", async () => {
  const shown = await evidenceOf();
  const { page } = shown;
  await page.reload();
  await page.getByText("keeps no access").waitFor();
  await page.getByRole("link", { name: "Sign in again" }).click();
  await passSignIn(page, hospital);
  await page.locator("#result").waitFor();
  await finish(shown);
});

test("a code is exchanged once: going back to it is a lost sign-in, not a second exchange", async () => {
  const shown = await launched();
  const { page } = shown;
  await page.locator("#result").waitFor();
  await page.goto(`${hospital.site}/evidence/?code=used&state=used`);
  assert.match(await page.getByRole("alert").innerText(), /not known to this window/);
  await finish(shown);
});

test("two launches side by side in one window do not meet", async () => {
  const addresses = [hospital.launch("first"), hospital.launch("second")];
  const shown = await opened(`${hospital.ehr}/?${addresses.map((one) => `frame=${encodeURIComponent(one)}`).join("&")}`);
  const frames = () => shown.page.frames().filter((frame) => frame.parentFrame() !== null);
  await shown.page.waitForFunction(() => document.querySelectorAll("iframe").length === 2);
  for (const frame of frames()) // both wait at the sign-in before either goes on
    await frame.waitForURL((url) => url.href.startsWith(hospital.signIn.base));
  for (const frame of frames().reverse()) await passSignIn(frame, hospital);
  for (const frame of frames()) await frame.locator("#result").waitFor();
  const patients = hospital.service.asked.map(({ body }) => (body["context"] as { patientId: string }).patientId);
  assert.deepEqual(patients.sort(), ["first", "second"]);
  await finish(shown);
});

test("the page stands in a frame of the EHR, and in no other", async () => {
  const shown = await opened(`${hospital.ehr}/?frame=${encodeURIComponent(hospital.launch("framed"))}`);
  const frame = shown.page.frames().find((one) => one.parentFrame() !== null)!;
  await passSignIn(frame, hospital);
  await frame.locator("#result").waitFor();
  await finish(shown);
  const foreign = await hospital.window(await hospital.context());
  const refused = foreign.page.waitForEvent("console", (message) => /frame-ancestors/.test(message.text()));
  await foreign.page.goto(`${hospital.stranger}/?frame=${encodeURIComponent(`${hospital.site}/evidence/launch.html`)}`);
  await refused;
  assert.equal(await foreign.page.frames()[1]!.locator("button").count(), 0);
  await foreign.page.context().close();
});

test("a sign-in that is declined says so and what to do", async () => {
  const shown = await opened(hospital.launch("ruiz"));
  await passSignIn(shown.page, hospital, "decline");
  assert.match(await shown.page.getByRole("alert").innerText(), /gave no access \(.*aborted.*\)/i);
  assert.equal(await shown.page.getByRole("link", { name: "Sign in again" }).count(), 1);
  assert.equal(hospital.service.asked.length, 0);
  await finish(shown);
});

test("a token that is refused is told with the server's own words", async () => {
  hospital.signIn.refusesToken = true;
  const shown = await launched();
  assert.match(await shown.page.getByRole("alert").innerText(), /could not be completed \(the code has expired\)/);
  hospital.signIn.refusesToken = false;
  await finish(shown);
});

test("a token without a patient is told with what IT has to do", async () => {
  hospital.signIn.leavesOutPatient = true;
  const shown = await launched();
  assert.match(await shown.page.getByRole("alert").innerText(), /did not say which patient/);
  hospital.signIn.leavesOutPatient = false;
  assert.equal(hospital.service.asked.length, 0);
  await finish(shown);
});

for (const { status, headers, said, next } of [
  { status: 403, headers: {}, said: /does not show this patient/, next: "Sign in again" },
  { status: 429, headers: { "Retry-After": "7" }, said: /Try again in 7 seconds/, next: "Try again" },
  { status: 503, headers: {}, said: /busy or starting/, next: "Try again" },
  { status: 400, headers: {}, said: /could not read what this page asked \(the server answered 400: \/context is odd\)/, next: "" },
])
  test(`an evaluation that is answered ${status} says what to do`, async () => {
    hospital.service.faults.push({ status, headers, body: outcome("/context is odd") });
    const shown = await launched();
    assert.match(await shown.page.getByRole("alert").innerText(), said);
    if (next === "Try again") {
      await shown.page.getByRole("button", { name: next }).click();
      await shown.page.locator("#result").waitFor();
    } else assert.equal(await shown.page.getByRole("link", { name: "Sign in again" }).count(), next === "" ? 0 : 1);
    await finish(shown);
  });

test("an answer that is no evaluation is told by its place", async () => {
  hospital.service.faults.push({ status: 200, body: { trials: [], bundle: { entry: [{ resource: 3 }] } } });
  const shown = await launched();
  assert.match(await shown.page.getByRole("alert").innerText(), /not an evaluation \(at bundle\.entry\[0\]\.resource\)/);
  await finish(shown);
});

test("while the record is read the page says from where", async () => {
  const release = hospital.service.hold();
  const shown = await launched();
  await shown.page.getByRole("status").getByText("Reading the record from north").waitFor();
  assert.equal(await shown.page.locator(".skeleton").count(), 1);
  release();
  await shown.page.locator("#result").waitFor();
  await finish(shown);
});

test("each query tells how it ended, and opens to what came back", async () => {
  const shown = await evidenceOf();
  const panel = shown.page.locator("section[aria-labelledby=read-heading]");
  const text = await panel.innerText();
  assert.match(text, /Conditions: read in full/);
  assert.match(text, /Laboratory results: could not be read, the server answered 403/);
  assert.match(text, /Skin scores: read in part only, the server took too long/);
  await panel.getByText("Conditions: read in full").click();
  assert.match(await panel.locator("details[open]").innerText(), /Condition\?patient=chosen[\s\S]*"total": 3/);
  await finish(shown);
});

test("what could not be read is said where it is missing, and a source that is not kept is no gap", async () => {
  const shown = await evidenceOf();
  const charts = await shown.page.locator(".charts .gaps").innerText();
  assert.match(charts, /Laboratory results: could not be read, the server answered 403/);
  assert.match(charts, /nothing counts as absent/);
  assert.doesNotMatch(charts, /Dispenses/);
  assert.equal(await shown.page.locator("#exclusions .gaps").count(), 0);
  assert.match(await shown.page.locator("#result .gaps").innerText(), /Skin scores/);
  await finish(shown);
});

test("the study team is named, on the page and in the note", async () => {
  const shown = await evidenceOf("ruiz", { permissions: ["clipboard-read", "clipboard-write"] });
  assert.match(await shown.page.locator("#result").innerText(), /Contact study team: rheumatology study team, ext\. 0000/);
  await shown.page.getByRole("button", { name: "Copy to note" }).click();
  await shown.page.getByText("Copied.").waitFor();
  assert.match(await shown.page.evaluate(() => navigator.clipboard.readText()), /ext\. 0000/);
  await finish(shown);
});

test("a card is put away with a reason and taken back, by keyboard alone", async () => {
  const shown = await evidenceOf();
  const { page } = shown;
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  await page.getByRole("button", { name: "Not now" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("because:").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".reasons").count(), 0);
  await page.waitForFunction(() => document.activeElement?.textContent === "Not now");
  await page.keyboard.press("Enter");
  await page.getByText("because:").waitFor();
  for (let i = 0; i < 2; ++i) await page.keyboard.press("Tab");
  assert.equal(await focused(), "The patient declined");
  await page.keyboard.press("Enter");
  await page.getByText("Put away").waitFor();
  const { path, body } = hospital.service.asked.at(-1)!;
  assert.equal(path, "/evaluations/feedback");
  const [feedback] = body["feedback"] as { card: string; outcome: string; overrideReason: object; outcomeTimestamp: string }[];
  assert.equal(feedback!.outcome, "overridden");
  assert.deepEqual(feedback!.overrideReason, { reason: REASONS[1] });
  assert.match(feedback!.outcomeTimestamp, /^\d{4}-\d\d-\d\dT.*Z$/);
  await page.waitForFunction(() => document.activeElement?.textContent === "Undo");
  await page.keyboard.press("Enter");
  await page.getByText("Taken back").waitFor();
  assert.equal(hospital.service.asked.at(-1)!.path, "/evaluations/undo");
  assert.equal(hospital.service.asked.at(-1)!.body["card"], feedback!.card);
  await finish(shown);
});

test("a card is put away without a reason; one that stays away already can be taken back", async () => {
  const shown = await evidenceOf();
  await shown.page.getByRole("button", { name: "Not now" }).click();
  await shown.page.getByRole("button", { name: "Without a reason" }).click();
  await shown.page.getByText("Put away").waitFor();
  assert.equal("overrideReason" in (hospital.service.asked.at(-1)!.body["feedback"] as object[])[0]!, false);
  await finish(shown);
  const later = await evidenceOf();
  await later.page.getByRole("button", { name: "Undo" }).click();
  await later.page.getByText("Taken back").waitFor();
  await finish(later);
});

test("a card that could not be put away is not said to be away", async () => {
  const shown = await evidenceOf();
  hospital.service.faults.push({ status: 503, body: outcome("busy") });
  await shown.page.getByRole("button", { name: "Not now" }).click();
  await shown.page.getByRole("button", { name: "Without a reason" }).click();
  await shown.page.getByText("busy or starting").waitFor();
  assert.equal(await shown.page.getByText("Put away:").count(), 0);
  await finish(shown);
});

test("several trials stand in the service's order; without a card there is none to put away", async () => {
  hospital.service.shown = "two-trials";
  const shown = await evidenceOf();
  const choices = shown.page.locator("nav.trials button");
  assert.match(await choices.first().innerText(), /Another trial/);
  assert.equal(await shown.page.getByRole("button", { name: "Not now" }).count(), 0);
  await choices.last().click();
  await shown.page.getByRole("button", { name: "Not now" }).waitFor();
  await finish(shown);
});

test("another language asks the service again with the same access", async () => {
  const shown = await evidenceOf();
  await shown.page.locator("select").selectOption("de");
  await shown.page.getByText("Modifizierter Rodnan-Hautscore (mRSS) von 15").first().waitFor();
  const [first, second] = hospital.service.asked;
  assert.equal(second!.body["language"], "de");
  assert.deepEqual(second!.body["fhirAuthorization"], first!.body["fhirAuthorization"]);
  assert.equal((first!.body["fhirAuthorization"] as { subject: string }).subject, CLIENT);
  await finish(shown);
});

test("axe finds nothing and nothing is wider than 320 px: launch, waiting, problem, evidence, menu, put away", async () => {
  const narrow = { bypassCSP: true, viewport: { width: 320, height: 640 } };
  const check = async (name: string, { page }: Complaining) => {
    assert.deepEqual(await violations(page), [], name);
    assert.ok((await isWide(page)) <= 320, `${name}: ${await isWide(page)} px`);
  };
  const choice = await opened(`${hospital.site}/evidence/launch.html`, narrow);
  await choice.page.locator("button").waitFor();
  await check("choice", choice);
  await finish(choice);
  const unknown = await opened(`${hospital.site}/evidence/launch.html?iss=https://evil.example/r4`, narrow);
  await unknown.page.getByRole("alert").waitFor();
  await check("unknown server", unknown);
  await finish(unknown);
  const lost = await opened(`${hospital.site}/evidence/?code=abc&state=lost`, narrow);
  await lost.page.getByRole("alert").waitFor();
  await check("lost", lost);
  await finish(lost);
  const release = hospital.service.hold();
  const shown = await launched("ruiz", narrow);
  await shown.page.getByText("Reading the record from north").waitFor();
  await check("waiting", shown);
  release();
  await shown.page.locator("#result").waitFor();
  await check("evidence", shown);
  await shown.page.getByRole("button", { name: "Not now" }).click();
  await check("menu", shown);
  await shown.page.getByRole("button", { name: "Without a reason" }).click();
  await shown.page.getByText("Put away").waitFor();
  await check("put away", shown);
  await finish(shown);
});

test("printed, a signed-in page has what could not be read, and no control", async () => {
  const shown = await evidenceOf();
  await shown.page.emulateMedia({ media: "print" });
  assert.equal(await shown.page.locator("button:visible, select:visible, pre:visible").count(), 0);
  assert.match(await shown.page.locator("section[aria-labelledby=read-heading]").innerText(), /Laboratory results: could not be read/);
  await finish(shown);
});
