// SMART App Launch 2: from a FHIR server's own description to an access token for one patient, with PKCE (S256), as a
// public client. What a launch needs when it comes back lies in this window's session storage under its own state, so
// that launches side by side never meet; the token is in memory only, and no cookie is set or sent.
import * as oauth from "oauth4webapi";
import { Problem } from "./problem.ts";
import type { Client } from "./settings.ts";
import type { Words } from "./words.ts";

const KEY = "trial-cds.launch.";
const PATIENCE = 15_000; // ms that a server has to answer

// What is kept between leaving for the sign-in and coming back.
interface Launch {
  client: Client;
  server: oauth.AuthorizationServer;
  verifier: string;
  nonce?: string;
  scope: string;
}

export interface Access {
  client: Client;
  authorization: { access_token: string; token_type: "Bearer"; expires_in: number; scope: string; subject: string };
  patientId: string;
  userId?: string;
}

const redirectUri = (): string => new URL("./", location.href).href;

const isLoopback = ({ hostname }: URL): boolean => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);

const isSafe = (address: unknown): address is string => {
  if (typeof address !== "string" || !URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
};

// Plain HTTP on this machine only: the library refuses it elsewhere. Whoever answers with another address is not asked
// there: a code is for the endpoint that was described.
const options = (address: string) => ({
  [oauth.customFetch]: (url: string, init: RequestInit) => fetch(url, { ...init, credentials: "omit", redirect: "error" }),
  [oauth.allowInsecureRequests]: isLoopback(new URL(address)),
  signal: () => AbortSignal.timeout(PATIENCE),
});

interface Described {
  server: oauth.AuthorizationServer;
  hasOpenId: boolean; // without an issuer no id_token can be checked, and none is asked for
}

async function describe(client: Client, words: Words): Promise<Described> {
  const iss = client.iss.replace(/\/+$/, "");
  const failed = (why: string) => new Problem("launch.no-endpoints", { server: client.iss, why }, "try-again");
  let answer: Response;
  try {
    answer = await fetch(`${iss}/.well-known/smart-configuration`, {
      headers: { Accept: "application/json" }, credentials: "omit", redirect: "error", signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    throw failed(words.say("page.failed-network"));
  }
  if (!answer.ok) throw failed(words.say("page.failed-status", { status: answer.status }));
  const said = (await answer.json().catch(() => null)) as Record<string, unknown> | null;
  const methods = said?.["code_challenge_methods_supported"];
  const refusesS256 = Array.isArray(methods) && !methods.includes("S256");
  const { authorization_endpoint, token_endpoint, issuer } = said ?? {};
  if (!isSafe(authorization_endpoint) || !isSafe(token_endpoint) || refusesS256)
    throw failed(words.say("launch.bad-endpoints"));
  const hasOpenId = typeof issuer === "string";
  return { server: { issuer: hasOpenId ? issuer : iss, authorization_endpoint, token_endpoint }, hasOpenId };
}

// The scopes of this kind of launch: an EHR's names the patient, a standalone one asks for a patient.
function scopeOf(client: Client, launch: string | null, hasOpenId: boolean): string {
  const openId = ["openid", "fhirUser", "profile"];
  const asked = client.scope.split(/\s+/).filter((one) => one !== "" && one !== "launch" && one !== "launch/patient");
  return [launch === null ? "launch/patient" : "launch", ...asked.filter((one) => hasOpenId || !openId.includes(one))].join(" ");
}

// Leaves this page for the server's sign-in.
export async function signIn(client: Client, launch: string | null, words: Words): Promise<void> {
  const { server, hasOpenId } = await describe(client, words);
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const scope = scopeOf(client, launch, hasOpenId);
  const kept: Launch = { client, server, verifier, scope };
  const target = new URL(server.authorization_endpoint!);
  const asked: Record<string, string> = {
    response_type: "code",
    client_id: client.client_id,
    redirect_uri: redirectUri(),
    scope,
    state,
    aud: client.iss,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  };
  if (launch !== null) asked["launch"] = launch;
  if (scope.split(" ").includes("openid")) asked["nonce"] = kept.nonce = oauth.generateRandomNonce();
  for (const [name, value] of Object.entries(asked)) target.searchParams.set(name, value);
  try {
    sessionStorage.setItem(KEY + state, JSON.stringify(kept));
  } catch {
    throw new Problem("launch.no-storage");
  }
  location.replace(target);
}

// Each state is good for one return.
function take(state: string): Launch | null {
  try {
    const kept = sessionStorage.getItem(KEY + state);
    sessionStorage.removeItem(KEY + state);
    return kept === null ? null : (JSON.parse(kept) as Launch);
  } catch {
    return null;
  }
}

export interface Returned {
  launch: Launch;
  parameters: URLSearchParams;
}

// The launch that this return belongs to; the address says nothing of it any more afterwards.
export function returned(parameters: URLSearchParams): Returned {
  const launch = take(parameters.get("state") ?? "");
  history.replaceState({ left: launch?.client.iss ?? "" }, "", redirectUri());
  if (launch === null) throw new Problem("sign-in.lost", {}, "sign-in");
  return { launch, parameters };
}

// "https://fhir.example/r4/Practitioner/1" or "Practitioner/1" -> "Practitioner/1"
// Of this FHIR server, and of a kind that the service knows; whoever else it may be is left out.
const userOf = (claim: unknown, iss: string): string | undefined => {
  if (typeof claim !== "string") return undefined;
  const base = `${iss.replace(/\/+$/, "")}/`;
  const own = claim.startsWith(base) ? claim.slice(base.length) : claim;
  return /^(Practitioner|PractitionerRole|Patient|RelatedPerson)\/[A-Za-z0-9.-]{1,64}$/.test(own) ? own : undefined;
};

function whyRefused(thrown: unknown): Problem {
  if (thrown instanceof oauth.AuthorizationResponseError)
    return new Problem("sign-in.denied", { why: thrown.error_description ?? thrown.error }, "sign-in");
  if (thrown instanceof oauth.ResponseBodyError)
    return new Problem("sign-in.no-token", { why: thrown.error_description ?? thrown.error }, "sign-in");
  if (thrown instanceof Problem) return thrown;
  return new Problem("sign-in.no-token", { why: thrown instanceof Error ? thrown.message : String(thrown) }, "sign-in");
}

export async function accessOf({ launch, parameters }: Returned): Promise<Access> {
  const { client, server, verifier, nonce, scope } = launch;
  const who: oauth.Client = { client_id: client.client_id };
  try {
    const valid = oauth.validateAuthResponse(server, who, parameters, parameters.get("state")!);
    const response = await oauth.authorizationCodeGrantRequest(
      server, who, oauth.None(), valid, redirectUri(), verifier, options(server.token_endpoint!));
    const body = (await response.clone().json().catch(() => null)) as { id_token?: unknown } | null;
    const token = await oauth.processAuthorizationCodeResponse(
      server, who, response, body?.id_token !== undefined && nonce !== undefined ? { expectedNonce: nonce } : {});
    const patientId = token["patient"];
    if (typeof patientId !== "string" || patientId === "") throw new Problem("sign-in.no-patient", {}, "sign-in");
    const userId = userOf(oauth.getValidatedIdTokenClaims(token)?.["fhirUser"], client.iss);
    return {
      client,
      patientId,
      ...(userId !== undefined && { userId }),
      authorization: {
        access_token: token.access_token,
        token_type: "Bearer",
        expires_in: token.expires_in ?? 300, // unsaid: shorter than any server's
        scope: token.scope ?? scope,
        subject: client.client_id,
      },
    };
  } catch (thrown) {
    throw whyRefused(thrown);
  }
}
