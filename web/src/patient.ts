// Of the Patient resource, what the banner says. What is not there is said to be not there.
import { years } from "./dates.ts";
import type { Bundle, Resource } from "./evaluation.ts";
import type { Words } from "./words.ts";

interface HumanName {
  use?: string;
  text?: string;
  family?: string;
  given?: string[];
}

export interface Banner {
  name: string;
  born: string;
  sex: string;
  identifier: string;
}

const list = <T>(value: unknown): T[] => (Array.isArray(value) ? (value as T[]) : []);

function nameOf(patient: Resource | undefined, words: Words): string {
  const names = list<HumanName>(patient?.["name"]);
  const name = names.find((one) => one.use === "official") ?? names.find((one) => one.use !== "old") ?? names[0];
  const family = name?.family?.toUpperCase();
  const given = list<string>(name?.given).join(" ");
  return [family, given].filter(Boolean).join(", ") || name?.text || words.say("patient.no-name");
}

export function bannerOf(bundle: Bundle, id: string | undefined, asOf: string, words: Words): Banner {
  const patients = (bundle.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === "Patient" ? [resource] : [],
  );
  const patient = patients.find((one) => one.id === id) ?? (id === undefined ? patients[0] : undefined);
  const birth = patient?.["birthDate"] as string | undefined;
  const old = years(birth, asOf);
  const gender = (patient?.["gender"] as string | undefined) ?? "none";
  const identifiers = list<{ value?: string }>(patient?.["identifier"]).flatMap((one) => one.value ?? []);
  return {
    name: nameOf(patient, words),
    born:
      birth === undefined
        ? words.say("patient.no-birth-date")
        : words.say("patient.born", { day: birth }) + (old === null ? "" : ` (${old})`),
    sex: words.say("patient.sex", { sex: gender }),
    identifier: identifiers[0] === undefined ? "" : words.say("patient.identifier", { value: identifiers[0] }),
  };
}
