// What the timelines are drawn from. The limits are those of the trial's rules, as the explanation tells them: no
// threshold, variable or drug is named here.
import { dayNumber, dayText } from "./dates.ts";
import type { Criterion, Evaluation, LookedAt, RecordedFact, Step } from "./evaluation.ts";
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
}

export interface Series {
  variable: string;
  label: string;
  unit: string;
  limit: Limit;
  points: Point[]; // the earliest first
}

// A unit that is only an annotation ("{score}") says nothing beside the label.
export const unitWords = (unit: string | undefined): string =>
  unit === undefined || /^\{.*\}$/.test(unit) ? "" : unit;

export function valueWords(words: Words, fact: { value: string; unit?: string }): string {
  const unit = unitWords(fact.unit);
  const value = words.date(fact.value); // a date of birth is a value too
  return unit === "" ? value : `${value} ${unit}`;
}

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
      found.set(key, { fact, day: dayNumber(fact.date), value: plainNumber(fact.value) });
    }
  return [...found.values()].sort((a, b) => (a.fact.date ?? "").localeCompare(b.fact.date ?? ""));
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
    all.push({ variable, label: last.fact.label ?? variable, unit: unitWords(last.fact.unit), limit, points });
  }
  return all;
}

export interface DrugUse {
  label: string;
  criteria: string[];
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
        uses.set(key, {
          label: fact.label ?? fact.variable,
          criteria,
          fact,
          first: dayNumber(fact.first_day),
          last: dayNumber(fact.last_day),
          washoutEnds: ends.get(fact.variable) ?? known?.washoutEnds,
        });
      }
  }
  return { uses: [...uses.values()], together, unsettled: [...unsettled] };
}
