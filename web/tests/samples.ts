// What the page is shown in tests: real outputs of `trial-cds evaluate`, of invented patients that ship with the
// trial's definition, and of records made from them. TRIALCDS names the program; the default is the dev build.
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import type { Bundle, Evaluation, EvidenceData, Resource } from "../src/evaluation.ts";

const ROOT = resolve(import.meta.dirname, "../..");
export const PROGRAM = process.env["TRIALCDS"] ?? resolve(ROOT, "build/dev/bin/trial-cds");
export const ENVIRONMENT = { ...process.env, TRIALCDS_DATA: resolve(ROOT, "mappings/data") };
const AS_OF = "2026-11-22"; // the day of the shipped cases

function run(parameters: string[], input = ""): string {
  return execFileSync(PROGRAM, parameters, { env: ENVIRONMENT, input, encoding: "utf8", maxBuffer: 1 << 28 });
}

export function shipped(name: string): Bundle {
  return (JSON.parse(run(["cases", "--show", name])) as { bundle: Bundle }).bundle;
}

const resourcesOf = (bundle: Bundle): Resource[] => bundle.entry!.map((entry) => entry.resource!);

function withResources(bundle: Bundle, more: Resource[]): Bundle {
  return { ...bundle, entry: [...bundle.entry!, ...more.map((resource) => ({ resource }))] };
}

// The typical patient and hundreds of results more: years of skin scores and of a test that no trial asks for.
function large(): Bundle {
  const bundle = shipped("base-clean-potential-candidate");
  const of = (id: string) => resourcesOf(bundle).find((resource) => resource.id === id)!;
  const more: Resource[] = [];
  for (let i = 0; i < 290; ++i) {
    const day = new Date(Date.UTC(2026, 9, 20) - i * 12 * 86_400_000).toISOString().slice(0, 10);
    const copy = structuredClone(of(i % 12 === 0 ? "mrss-earlier" : "esr"));
    copy.id = `more-${i}`;
    copy["effectiveDateTime"] = day;
    if (i % 12 !== 0) copy["code"] = { coding: [{ system: "http://loinc.org", code: "2345-7", display: "Glucose" }] };
    more.push(copy);
  }
  return withResources(bundle, more);
}

// Drugs and a condition that nobody knows, beside a name longer than any line.
function notUnderstood(): Bundle {
  const bundle = shipped("e8-drug-that-no-list-knows");
  const patient = resourcesOf(bundle).find((resource) => resource.resourceType === "Patient")!;
  const subject = { reference: `Patient/${patient.id}` };
  return withResources(bundle, [
    {
      resourceType: "Condition", id: "local", subject,
      code: { coding: [{ system: "urn:oid:1.2.3.4711", code: "4711", display: "M. Xyzensis-Unbekanntheim-Syndrom" }] },
    },
    {
      resourceType: "MedicationRequest", id: "local-drug", subject, status: "active", intent: "order",
      authoredOn: "2026-10-01", medicationCodeableConcept: { text: "Donaudampfschifffahrtsgesellschaftsarznei 20 mg" },
    },
  ]);
}

// A drug that no exclusion asks about.
function plainDrug(): Bundle {
  const bundle = shipped("e8-secukinumab-day-110");
  const patient = resourcesOf(bundle).find((resource) => resource.resourceType === "Patient")!;
  return withResources(bundle, [
    {
      resourceType: "MedicationStatement", id: "mycophenolate", subject: { reference: `Patient/${patient.id}` },
      status: "active", effectivePeriod: { start: "2025-11-03" },
      medicationCodeableConcept: { text: "Mycophenolate mofetil 500 mg" },
    },
  ]);
}

// A second skin score, under a name that differs from the first one's in a sign only.
function secondScore(first: string, second: string): Bundle {
  const bundle = structuredClone(shipped("base-clean-potential-candidate"));
  const of = resourcesOf(bundle).find((resource) => resource.id === "mrss")!;
  of.id = first;
  const copy = structuredClone(of);
  copy.id = second;
  copy["effectiveDateTime"] = "2026-11-04";
  return withResources(bundle, [copy]);
}

// Two values at a limit that differ by the least that a number can.
function almostEqual(): Bundle {
  const bundle = shipped("base-clean-potential-candidate");
  const esr = resourcesOf(bundle).find((resource) => resource.id === "esr")!;
  return withResources(bundle, [2.5, 2.5 + 2 * Number.EPSILON].map((value, index) => ({
    ...structuredClone(esr), resourceType: "Observation", id: `activity-${index}`, effectiveDateTime: `2026-11-0${index + 4}`,
    code: { coding: [{ system: "urn:trial-cds:concept", code: "ssc-mdai" }] },
    valueQuantity: { value, unit: "{score}", system: "http://unitsofmeasure.org", code: "{score}" },
  })));
}

// What no server should send and a page must bear.
const oddPatient = (): Bundle => ({
  resourceType: "Bundle",
  type: "collection",
  entry: [{ resource: { resourceType: "Patient", id: "x", name: [null, { family: 3, given: "Ana" }], identifier: {} } }],
}) as Bundle;

const nothing = (): Bundle => ({
  resourceType: "Bundle",
  type: "collection",
  entry: [{ resource: { resourceType: "Patient", id: "x" } }],
}) as Bundle;

export const SAMPLES: Record<string, () => Bundle> = {
  typical: () => shipped("base-clean-potential-candidate"),
  washout: () => shipped("e8-secukinumab-day-110"),
  "two-washouts": () => shipped("e10-two-washouts-end-in-screening"),
  "ongoing-drug": () => shipped("e8-etanercept-ongoing"),
  "unusable-value": () => shipped("i4-half-point"),
  "lung-function-missing": () => shipped("e4-fvc-never-measured"),
  "not-understood": notUnderstood,
  conflict: () => shipped("i4-two-totals-same-day"),
  deceased: () => shipped("i1-deceased"),
  suspected: () => shipped("e12-pregnant-now"),
  recorded: () => shipped("e7-rituximab-day-253-no-count"),
  "plain-drug": plainDrug,
  "alike-names": () => secondScore("m.1", "m-1"),
  "almost-equal": almostEqual,
  "two-of-one-name": () => shipped("base-clean-potential-candidate"),
  "odd-patient": oddPatient,
  nothing,
  "two-trials": () => shipped("base-clean-potential-candidate"),
  large,
};

// Of another trial, as a site with several would give it.
function lessLikely(trial: Evaluation): Evaluation {
  const about = { ...trial.about, short_title: "Another trial" };
  return { ...trial, trial: "NCT00000000", outcome: "not_a_candidate", about };
}

// As a document of somebody else may have it.
function withASecond(bundle: Bundle, id: string): Bundle {
  const copy = structuredClone(resourcesOf(bundle).find((resource) => resource.id === id)!);
  copy["valueQuantity"] = { ...(copy["valueQuantity"] as object), value: 31 };
  return withResources(bundle, [copy]);
}

const made = new Map<string, EvidenceData>();

export function sample(name: string, language: string): EvidenceData {
  const key = `${name}/${language}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const bundle = SAMPLES[name]!();
  const text = run(
    ["evaluate", "--as-of", AS_OF, "--explain", "all", "--format", "json", "--language", language, "-"],
    JSON.stringify(bundle),
  );
  const trials = [JSON.parse(text) as Evaluation];
  if (name === "two-trials") trials.unshift(lessLikely(trials[0]!));
  const data = { trials, bundle: name === "two-of-one-name" ? withASecond(bundle, "mrss") : bundle };
  made.set(key, data);
  return data;
}
