// What the service is asked once somebody has signed in: the evaluation of the patient, and what becomes of a card.
import type { EvidenceData } from "./evaluation.ts";
import { anything, evidence, list, number, object, optional, record, text, truth } from "./check.ts";
import { Problem } from "./problem.ts";
import type { Access } from "./smart.ts";
import type { Words } from "./words.ts";

export interface Read {
  key: string;
  query: string;
  state: "complete" | "incomplete" | "not-retrieved";
  cause: string;
  answers: unknown[];
  of_another_patient?: number; // entries of the answers that were left out
}

export interface Card {
  uuid: string;
  stays_away: boolean;
  no_card?: string;
}

export interface Coding {
  system: string;
  code: string;
  display: string;
}

export interface Answer extends EvidenceData {
  reads: Read[];
  contacts: Record<string, string>;
  cards: Record<string, Card>;
  override_reasons: Coding[];
}

const signedIn = object({
  reads: list(object({ key: text, query: text, state: text, cause: text, answers: list(anything), of_another_patient: optional(number) })),
  contacts: record(text),
  cards: record(object({ uuid: text, stays_away: truth, no_card: optional(text) })),
  override_reasons: list(object({ system: text, code: text, display: text })),
});

const outcomeText = (body: unknown): string | undefined => {
  const issue = (body as { issue?: { diagnostics?: unknown; details?: { text?: unknown } }[] } | null)?.issue?.[0];
  const said = issue?.diagnostics ?? issue?.details?.text;
  return typeof said === "string" ? said : undefined;
};

async function problemOfAnswer(answer: Response, words: Words): Promise<Problem> {
  const said = outcomeText(await answer.json().catch(() => null));
  const status = words.say("page.failed-status", { status: answer.status });
  const why = said === undefined ? status : words.say("evaluations.cause", { status, said });
  if (answer.status === 400) return new Problem("evaluations.malformed", { why });
  if (answer.status === 403) return new Problem("evaluations.refused", {}, "sign-in");
  if (answer.status === 429) {
    const seconds = Number(answer.headers.get("Retry-After"));
    return new Problem("evaluations.too-many", { seconds: Number.isInteger(seconds) ? seconds : 0 }, "try-again");
  }
  if (answer.status === 503) return new Problem("evaluations.busy", {}, "try-again");
  return new Problem("evaluations.failed", { why }, "try-again");
}

export class Evaluations {
  readonly access: Access;

  constructor(access: Access) {
    this.access = access;
  }

  async evaluate(words: Words): Promise<Answer> {
    const answer = await this.post("", {}, words);
    const value: unknown = await answer.json().catch(() => null);
    const fault = evidence(value, "") ?? signedIn(value, "");
    if (fault === null) return value as Answer;
    throw new Problem("evaluations.failed", { why: words.say("page.failed-content", { place: fault }) }, "try-again");
  }

  // A reason says for how long the card stays away; without one it is the site's usual time.
  async putAway(card: string, reason: Coding | null, words: Words): Promise<void> {
    const feedback = {
      card,
      outcome: "overridden",
      ...(reason !== null && { overrideReason: { reason } }),
      outcomeTimestamp: new Date().toISOString(),
    };
    await this.post("/feedback", { feedback: [feedback] }, words);
  }

  async takeBack(card: string, words: Words): Promise<void> {
    await this.post("/undo", { card }, words);
  }

  private async post(path: string, more: object, words: Words): Promise<Response> {
    const { client, authorization, patientId, userId } = this.access;
    const body = {
      fhirServer: client.iss,
      fhirAuthorization: authorization,
      context: { patientId, ...(userId !== undefined && { userId }) },
      language: words.language,
      ...more,
    };
    let answer: Response;
    try {
      answer = await fetch(new URL(`../evaluations${path}`, location.href), {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify(body),
        credentials: "omit",
        redirect: "error", // the token goes to this service and nowhere else
        cache: "no-store",
      });
    } catch {
      throw new Problem("evaluations.failed", { why: words.say("page.failed-network") }, "try-again");
    }
    if (!answer.ok) throw await problemOfAnswer(answer, words);
    return answer;
  }
}
