// What the timelines are drawn from. The limits are those of the trial's rules, as the explanation tells them: no
// threshold, variable or drug is named here.
import { dayNumber, dayText } from "./dates.ts";
import type { Criterion, Evaluation, Fact, LookedAt, RecordedFact, Step, Verdict } from "./evaluation.ts";
import { cleaned, withinQuotation } from "./record-text.ts";
import type { Words } from "./words.ts";

// Deeper limits are details of a part (a single skin site), not what a reader follows over time.
const DEEPEST_LIMIT = 2;

export interface Limit {
  criterion: string;
  kind: Criterion["kind"];
  at_least?: number;
  more_than?: number;
  at_most?: number;
  less_than?: number;
}

export interface Point {
  fact: RecordedFact;
  day: number | null; // null: no full date
  value: number | null; // null: no plain number
  conflict: boolean; // another result of the same day says another value
}

// A change of a value that a rule asks about.
export interface Change {
  criterion: string;
  direction: "rise" | "fall";
  limit: Limit;
}

export interface Series {
  variable: string;
  label: string;
  unit: string;
  limit: Limit;
  points: Point[]; // the earliest first
  changes: Change[];
}

// A unit that is only an annotation ("{score}") says nothing beside the label.
export const unitWords = (unit: string | undefined): string =>
  unit === undefined || /^\{.*\}$/s.test(unit) ? "" : cleaned(unit);

// A result in words is said in our own, and what the record says stands beside it as a quotation.
function resultWords(words: Words, { result, value }: Fact): string | undefined {
  if (result === undefined || /\d/.test(value)) return undefined;
  const own = words.say(RESULT_WORDS[result]);
  return own.toLowerCase() === value.toLowerCase() ? own : words.say("result.quoted", { result: own, value: withinQuotation(value) });
}

// "Sclerodactyly" rather than "Sclerodactyly: Sclerodactyly".
export function factWords(words: Words, fact: Fact): string {
  const label = cleaned(fact.label ?? fact.variable);
  return label === cleaned(fact.value) ? label : words.pair(label, valueWords(words, fact));
}

// What a result in words was read as is told where its record is: a verdict's facts get it from there.
export function withResults(evaluation: Evaluation): Evaluation {
  const key = (fact: Fact) => [fact.variable, fact.source, fact.value].join("|");
  const known = new Map(
    recordsOf(evaluation).flatMap((record) => record.became.map((fact) => [key(fact), fact.result] as const)),
  );
  const read = <V extends Verdict>(verdict: V): V => ({
    ...verdict,
    ...(verdict.evidence && {
      evidence: verdict.evidence.map((fact) => {
        const result = known.get(key(fact));
        return result === undefined ? fact : { ...fact, result };
      }),
    }),
  });
  const criteria = evaluation.criteria.map((one) => ({
    ...read(one),
    ...(one.parts && { parts: one.parts.map(read) }),
  }));
  return { ...evaluation, criteria };
}

export function valueWords(words: Words, fact: Fact): string {
  const unit = unitWords(fact.unit);
  const value = resultWords(words, fact) ?? words.date(cleaned(fact.value)); // a date of birth is a value too
  return unit === "" ? value : `${value} ${unit}`;
}

const RESULT_WORDS = { positive: "result.positive", negative: "result.negative", equivocal: "result.equivocal" } as const;

const plainNumber = (text: string): number | null => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null);

const depth = (step: Step): number => step.step.split(".").length - 1;

function limitOf({ id, kind }: Criterion, step: Step): Limit {
  const limit: Limit = { criterion: id, kind };
  for (const bound of ["at_least", "more_than", "at_most", "less_than"] as const) {
    const value = step[bound];
    if (value !== undefined) limit[bound] = Number(value);
  }
  return limit;
}

function recordsOf(evaluation: Evaluation): LookedAt[] {
  return evaluation.explanations.flatMap((explanation) => explanation.records);
}

function pointsOf(evaluation: Evaluation, variable: string): Point[] {
  const found = new Map<string, Point>();
  for (const record of recordsOf(evaluation))
    for (const fact of record.became) {
      if (fact.variable !== variable) continue;
      const key = [fact.source, fact.date, fact.value].join("|");
      found.set(key, { fact, day: dayNumber(fact.date), value: plainNumber(fact.value), conflict: false });
    }
  const points = [...found.values()].sort((a, b) => (a.fact.date ?? "").localeCompare(b.fact.date ?? ""));
  return points.map((point) => ({ ...point, conflict: points.some((other) => contradicts(point, other)) }));
}

const usable = ({ standing }: RecordedFact): boolean => standing === undefined || standing === "confirm";

// Two values of one day, unless each tells its time: then the later one follows the earlier.
function contradicts(one: Point, other: Point): boolean {
  if (one.day === null || one.day !== other.day || !usable(one.fact) || !usable(other.fact)) return false;
  const timed = one.fact.date!.includes("T") && other.fact.date!.includes("T") && one.fact.date !== other.fact.date;
  return !timed && one.value !== null && other.value !== null && one.value !== other.value;
}

function changesOf(evaluation: Evaluation, variable: string): Change[] {
  return evaluation.explanations.flatMap(({ id, steps }) => {
    const criterion = evaluation.criteria.find((one) => one.id === id);
    return steps.flatMap((step) =>
      criterion === undefined || step.change !== variable || step.of_note || depth(step) > 0 || !step.direction
        ? []
        : [{ criterion: step.step, direction: step.direction, limit: limitOf(criterion, step) }],
    );
  });
}

// One for each variable that a rule limits and of which there is a value, by the limit nearest to a criterion.
export function seriesOf(evaluation: Evaluation): Series[] {
  const nearest = new Map<string, { step: Step; limit: Limit }>();
  for (const explanation of evaluation.explanations) {
    const criterion = evaluation.criteria.find((one) => one.id === explanation.id);
    for (const step of criterion === undefined ? [] : explanation.steps) {
      if (step.measurement === undefined || step.of_note || depth(step) > DEEPEST_LIMIT) continue;
      const before = nearest.get(step.measurement);
      if (before === undefined || depth(step) < depth(before.step))
        nearest.set(step.measurement, { step, limit: limitOf(criterion!, step) });
    }
  }
  const all: Series[] = [];
  for (const [variable, { limit }] of nearest) {
    const points = pointsOf(evaluation, variable);
    const last = points.at(-1);
    if (last === undefined || points.every((point) => point.value === null)) continue;
    all.push({ variable, label: cleaned(last.fact.label ?? variable), unit: unitWords(last.fact.unit), limit, points, changes: changesOf(evaluation, variable) });
  }
  return all;
}

export interface DrugUse {
  label: string;
  criteria: string[]; // none: recorded, and no exclusion asks about it
  fact: RecordedFact;
  first: number | null;
  last: number | null;
  washoutEnds: string | undefined; // of this drug, where one drug alone decides the step
}

export interface Washout {
  criterion: string;
  clearsOn: string;
}

export interface Drugs {
  uses: DrugUse[];
  together: Washout[]; // of criteria that several drugs hold up
  unsettled: string[]; // criteria of which it is not known whether such a drug was given
}

// The last day of the washout of a step that holds its criterion up.
function washoutOf(criterion: Criterion, step: Step): string | undefined {
  if (step.value === "true" && step.expires_on !== undefined) return step.expires_on;
  const waits = criterion.reason === "pending" || criterion.temporary;
  const clears = waits ? dayNumber(criterion.clears_on) : null;
  return clears === null ? undefined : dayText(clears - 1);
}

function useOf(fact: RecordedFact, criteria: string[], washoutEnds?: string): DrugUse {
  const label = cleaned(fact.label ?? fact.variable);
  return { label, criteria, fact, first: dayNumber(fact.first_day), last: dayNumber(fact.last_day), washoutEnds };
}

export function drugsOf(evaluation: Evaluation): Drugs {
  const uses = new Map<string, DrugUse>();
  const together: Washout[] = [];
  const unsettled = new Set<string>();
  for (const explanation of evaluation.explanations) {
    const criterion = evaluation.criteria.find((one) => one.id === explanation.id);
    if (criterion === undefined) continue;
    const ends = new Map<string, string>();
    for (const step of explanation.steps) {
      if (step.exposure === undefined || step.of_note) continue;
      if (!step.evidence?.length) {
        if (step.value === "unknown") unsettled.add(explanation.id);
        continue;
      }
      const end = washoutOf(criterion, step);
      const drugs = new Set(step.evidence.map((fact) => fact.variable));
      if (end === undefined) continue;
      if (drugs.size === 1) ends.set([...drugs][0]!, end);
      else if (criterion.clears_on !== undefined)
        together.push({ criterion: criterion.id, clearsOn: criterion.clears_on });
    }
    for (const record of explanation.records)
      for (const fact of record.became) {
        if (fact.last_day === undefined && !fact.ongoing) continue;
        const key = `${fact.variable}|${fact.source}`;
        const known = uses.get(key);
        const criteria = [...new Set([...(known?.criteria ?? []), explanation.id])];
        uses.set(key, useOf(fact, criteria, ends.get(fact.variable) ?? known?.washoutEnds));
      }
  }
  for (const fact of evaluation.drugs ?? []) {
    if (uses.has(`${fact.variable}|${fact.source}`) || (fact.last_day === undefined && !fact.ongoing)) continue;
    const key = `|${fact.source}`; // one bar for a record that names several
    const known = uses.get(key);
    const use = useOf(fact, []);
    uses.set(key, known === undefined ? use : { ...known, label: `${known.label}, ${use.label}` });
  }
  return { uses: [...uses.values()], together, unsettled: [...unsettled] };
}
