// The document of `trial-cds evaluate --explain all --format json`, as docs/evaluate.md tells it: what this page
// reads of it. Members without a value are left out.

export type Outcome = "passes" | "fails" | "unknown";
export type TrialOutcome = "potential_candidate" | "more_data_needed" | "not_a_candidate";

export interface Fact {
  variable: string;
  label?: string;
  value: string;
  unit?: string;
  date?: string;
  source?: string;
  result?: "positive" | "negative" | "equivocal"; // what a result in words was read as
}

// What a record became, as an explanation tells it.
export interface RecordedFact extends Fact {
  standing?: string;
  ongoing?: boolean;
  first_day?: string;
  last_day?: string;
}

export interface Verdict {
  id: string;
  text?: string;
  outcome: Outcome;
  reason?: string;
  leaning?: Outcome;
  basis?: "evidence" | "no_record";
  temporary?: boolean;
  clears_on?: string;
  expires_on?: string;
  missing?: string[];
  note?: string;
  evidence?: Fact[];
}

export interface Criterion extends Verdict {
  kind: "inclusion" | "exclusion";
  parts?: Verdict[];
}

export interface Step {
  step: string;
  node: string;
  value: "true" | "false" | "unknown";
  of_note?: boolean;
  reason?: string;
  expires_on?: string;
  evidence?: Fact[];
  measurement?: string;
  at_least?: string;
  more_than?: string;
  at_most?: string;
  less_than?: string;
  exposure?: string;
  change?: string;
  direction?: "rise" | "fall";
}

export interface LookedAt {
  source: string;
  code?: string;
  words?: string;
  keeps_open?: boolean;
  ignored?: string;
  became: RecordedFact[];
  used_by: string[];
}

export interface Explanation {
  id: string;
  steps: Step[];
  records: LookedAt[];
}

export interface Ignored {
  type: string;
  reason: string;
  count: number;
}

export interface NotUnderstood {
  type: string;
  system?: string;
  code?: string;
  display?: string;
  count: number;
}

export interface Evaluation {
  trial: string;
  definition_version: string;
  as_of: string;
  patient?: string;
  outcome: TrialOutcome;
  possible_from?: string;
  screening_from?: string;
  window_closes_on?: string;
  criteria: Criterion[];
  issues: { severity: string; code: string; expression?: string; diagnostics?: string }[];
  read: { resources: number; used: number; ignored: Ignored[]; not_understood: NotUnderstood[] };
  about: {
    title?: string;
    short_title?: string;
    registry?: string;
    registry_date?: string;
    recruitment?: string;
    recruitment_as_of?: string;
  };
  labels: Record<string, string>;
  explanations: Explanation[];
  drugs?: RecordedFact[]; // every one that is recorded, whatever the trial asks about
}

// Of FHIR, only what the banner says and what a record is when it is opened.
export interface Resource {
  resourceType: string;
  id?: string;
  [member: string]: unknown;
}

export interface Bundle {
  resourceType: "Bundle";
  entry?: { resource?: Resource }[];
}

export interface EvidenceData {
  trials: Evaluation[];
  bundle: Bundle;
}
