// What a verdict is called: a word, a shape and a colour. An exclusion that is cleared is never "met".
import type { Criterion, Evaluation, Explanation, Verdict } from "./evaluation.ts";
import type { Id, Words } from "./words.ts";

export type Shape = "tick" | "cross" | "question" | "ring" | "clock" | "lens";

export type Standing = "met" | "not-met" | "found" | "waits" | "check" | "open" | "none-found" | "none-recorded";

export const SHAPES: Record<Standing, Shape> = {
  met: "tick",
  "not-met": "cross",
  found: "cross",
  waits: "clock",
  check: "question",
  open: "ring",
  "none-found": "tick",
  "none-recorded": "tick",
};

export const keepsOpen = (explanation: Explanation | undefined): boolean =>
  explanation?.records.some((record) => record.keeps_open) ?? false;

const isRecorded = (verdict: Verdict): boolean => (verdict.evidence?.length ?? 0) > 0;

// Nothing recorded is told apart from what is recorded and must be looked at. A record that was not understood may
// be just what is missing: to check, never "nothing recorded".
export function standingOf(kind: Criterion["kind"], verdict: Verdict, notUnderstood = false): Standing {
  if (verdict.outcome === "passes") {
    if (kind === "inclusion") return "met";
    return verdict.basis === "no_record" ? "none-recorded" : "none-found";
  }
  if (verdict.outcome === "fails") {
    if (verdict.temporary) return "waits";
    return kind === "inclusion" ? "not-met" : "found";
  }
  if (verdict.reason === "pending") return "waits";
  return verdict.reason === "no_data" && !notUnderstood && !isRecorded(verdict) ? "open" : "check";
}

export function standingWord(words: Words, standing: Standing, verdict: Verdict): string {
  if (standing === "waits" && verdict.clears_on !== undefined)
    return words.say("status.waits-until", { day: verdict.clears_on });
  return words.say(`status.${standing}` as Id);
}

const WHY: Record<string, string> = {
  no_data: "why.nothing-recorded",
  stale: "why.too-old",
  not_retrieved: "why.not-read",
  unusable: "why.unusable",
  conflicting: "why.conflicting",
  confirm: "why.to-be-confirmed",
  pending: "why.washout-completes",
};

function outcomeWord(words: Words, kind: Criterion["kind"], passes: boolean): string {
  if (kind === "inclusion") return words.shared(passes ? "outcome.met" : "outcome.not-met");
  return words.say(passes ? "status.none-found" : "status.found");
}

// Why a verdict is as it is, in words; "" where the word of its status says all.
export function whyWords(words: Words, kind: Criterion["kind"], verdict: Verdict, notUnderstood = false): string {
  if (verdict.outcome !== "unknown")
    return verdict.expires_on === undefined ? "" : words.shared("why.holds-until", { day: verdict.expires_on });
  if (verdict.reason === "pending") return words.shared("why.washout-completes");
  if (standingOf(kind, verdict, notUnderstood) === "open" && verdict.leaning === undefined) return "";
  const why =
    verdict.leaning !== undefined && verdict.leaning !== "unknown"
      ? words.shared("why.leans", { outcome: outcomeWord(words, kind, verdict.leaning === "passes") })
      : words.shared(verdict.reason === "no_data" && isRecorded(verdict) ? "why.not-settled" : (WHY[verdict.reason ?? ""] ?? "outcome.unknown"));
  return notUnderstood ? words.shared("why.both", { first: why, second: words.say("why.not-understood") }) : why;
}

const TRIAL_WORDS: Record<Evaluation["outcome"], string> = {
  potential_candidate: "trial.possible-match",
  more_data_needed: "trial.more-data",
  not_a_candidate: "trial.no-match",
};

// Time alone stands between the patient and the trial: the card says so too.
export const isFutureMatch = ({ outcome, screening_from }: Evaluation): boolean =>
  outcome === "not_a_candidate" && screening_from !== undefined;

export function trialWords(words: Words, evaluation: Evaluation): string {
  return isFutureMatch(evaluation)
    ? words.shared("trial.future-match", { day: evaluation.screening_from! })
    : words.shared(TRIAL_WORDS[evaluation.outcome]);
}

// "none found, 1 suspected (E1)": never only "none" where one is suspected or none could be settled.
export function exclusionWords(words: Words, rows: Row[]): string {
  const exclusions = rows.filter((row) => row.criterion.kind === "exclusion");
  const ids = (some: Row[]) => some.map((row) => row.criterion.id).join(", ");
  const found = exclusions.filter((row) => row.criterion.outcome === "fails");
  const suspected = exclusions.filter(
    ({ criterion }) => criterion.outcome === "unknown" && criterion.leaning === "fails",
  );
  return words.say("count.exclusions-value", {
    found: found.length,
    ids: ids(found),
    suspected: suspected.length,
    suspects: ids(suspected),
    settled: exclusions.some((row) => row.criterion.outcome === "passes") ? "yes" : "no",
  });
}

// A trial's criteria with what each is called.
export interface Row {
  criterion: Criterion;
  standing: Standing;
  explanation: Explanation | undefined;
  notUnderstood: boolean;
}

export function rowsOf(evaluation: Evaluation): Row[] {
  return evaluation.criteria.map((criterion) => {
    const explanation = evaluation.explanations.find((one) => one.id === criterion.id);
    const notUnderstood = criterion.outcome === "unknown" && keepsOpen(explanation);
    return { criterion, explanation, notUnderstood, standing: standingOf(criterion.kind, criterion, notUnderstood) };
  });
}

export function likeliestFirst(trials: Evaluation[]): Evaluation[] {
  const order = Object.keys(TRIAL_WORDS);
  const open = (trial: Evaluation) => trial.criteria.filter((one) => one.outcome === "unknown").length;
  return [...trials].sort(
    (a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome) || open(a) - open(b) || (a.trial < b.trial ? -1 : 1),
  );
}
