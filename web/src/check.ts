// Whether a document is what the page draws: every member that it reads, and of the right kind. What is wrong is told
// by its place ("trials[0].criteria[2].outcome"), so that whoever runs the service can look there.

// The place of the first fault, or null.
export type Check = (value: unknown, at: string) => string | null;

export const text: Check = (value, at) => (typeof value === "string" ? null : at);
export const number: Check = (value, at) => (typeof value === "number" ? null : at);
export const truth: Check = (value, at) => (typeof value === "boolean" ? null : at);
export const anything: Check = () => null;
const date: Check = (value, at) => (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? null : at);

export const oneOf = (...words: string[]): Check => (value, at) => (words.includes(value as string) ? null : at);

export const optional = (check: Check): Check => (value, at) => (value === undefined ? null : check(value, at));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function firstFault(checks: Iterable<() => string | null>): string | null {
  for (const check of checks) {
    const fault = check();
    if (fault !== null) return fault;
  }
  return null;
}

export const list = (check: Check): Check => (value, at) =>
  Array.isArray(value) ? firstFault(value.map((one, index) => () => check(one, `${at}[${index}]`))) : at;

export const object = (members: Record<string, Check>): Check => (value, at) =>
  isObject(value)
    ? firstFault(Object.entries(members).map(([name, check]) => () => check(value[name], at === "" ? name : `${at}.${name}`)))
    : at || "the document";

export const record = (check: Check): Check => (value, at) =>
  isObject(value) ? firstFault(Object.entries(value).map(([name, one]) => () => check(one, `${at}.${name}`))) : at;

const outcome = oneOf("passes", "fails", "unknown");

const factMembers = {
  variable: text,
  label: optional(text),
  value: text,
  unit: optional(text),
  date: optional(text),
  source: optional(text),
};
const fact = object(factMembers);
const recordedFact = object({
  ...factMembers,
  standing: optional(text),
  ongoing: optional(truth),
  first_day: optional(text),
  last_day: optional(text),
  result: optional(oneOf("positive", "negative", "equivocal")),
});

const verdictMembers = {
  id: text,
  text: optional(text),
  outcome,
  reason: optional(text),
  leaning: optional(outcome),
  basis: optional(text),
  temporary: optional(truth),
  clears_on: optional(text),
  expires_on: optional(text),
  missing: optional(list(text)),
  note: optional(text),
  evidence: optional(list(fact)),
};

const step = object({
  step: text,
  node: text,
  value: oneOf("true", "false", "unknown"),
  of_note: optional(truth),
  expires_on: optional(text),
  evidence: optional(list(fact)),
  measurement: optional(text),
  exposure: optional(text),
  change: optional(text),
  direction: optional(oneOf("rise", "fall")),
});

const lookedAt = object({
  source: text,
  words: optional(text),
  keeps_open: optional(truth),
  ignored: optional(text),
  became: list(recordedFact),
  used_by: list(text),
});

const evaluation = object({
  trial: text,
  definition_version: text,
  as_of: date,
  patient: optional(text),
  outcome: oneOf("potential_candidate", "more_data_needed", "not_a_candidate"),
  possible_from: optional(date),
  screening_from: optional(date),
  window_closes_on: optional(date),
  criteria: list(object({
    ...verdictMembers,
    kind: oneOf("inclusion", "exclusion"),
    parts: optional(list(object(verdictMembers))),
  })),
  issues: list(object({ code: text, expression: optional(text), diagnostics: optional(text) })),
  read: object({
    resources: number,
    used: number,
    ignored: list(object({ type: text, reason: text, count: number })),
    not_understood: list(object({
      type: text, system: optional(text), code: optional(text), display: optional(text), count: number,
    })),
  }),
  about: object({
    title: optional(text),
    short_title: optional(text),
    registry: optional(text),
    registry_date: optional(text),
    recruitment: optional(text),
    recruitment_as_of: optional(text),
  }),
  labels: record(text),
  explanations: list(object({ id: text, steps: list(step), records: list(lookedAt) })),
  drugs: optional(list(recordedFact)),
});

const bundle = object({
  entry: optional(list(object({ resource: optional(object({ resourceType: text, id: optional(text) })) }))),
});

export const evidence = object({ trials: list(evaluation), bundle });
