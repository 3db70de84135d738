// Of the Patient resource, what the banner says. What is not there is said to be not there.
import { years } from "./dates.ts";
import type { Bundle, Resource } from "./evaluation.ts";
import { cleaned, dayOrQuoted } from "./record-text.ts";
import type { Words } from "./words.ts";

interface HumanName {
  use?: string;
  text?: unknown;
  family?: unknown;
  given?: unknown;
}

export interface Banner {
  name: string;
  named: boolean; // by the record; else it says that there is no name
  born: string;
  sex: string;
  identifier: string;
  died: string; // "" unless the record says so
}

// A record may hold anything in a place: what is not of the kind that is read there is not read.
const text = (value: unknown): string => (typeof value === "string" ? cleaned(value) : "");
const list = <T>(value: unknown): T[] =>
  Array.isArray(value) ? (value as T[]).filter((one) => one !== null && one !== undefined) : [];

function diedWords(patient: Resource | undefined, words: Words): string {
  const day = text(patient?.["deceasedDateTime"]);
  if (day !== "") return words.say("patient.died", { day: dayOrQuoted(words, day) });
  return patient?.["deceasedBoolean"] === true ? words.say("patient.died", { day: "none" }) : "";
}

function nameOf(patient: Resource | undefined): string {
  const names = list<HumanName>(patient?.["name"]);
  const name = names.find((one) => one.use === "official") ?? names.find((one) => one.use !== "old") ?? names[0];
  const family = text(name?.family).toUpperCase();
  const given = list(name?.given).map(text).join(" ");
  return cleaned([family, given].filter(Boolean).join(", ") || text(name?.text));
}

export function bannerOf(bundle: Bundle, id: string | undefined, asOf: string, words: Words): Banner {
  const patients = (bundle.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === "Patient" ? [resource] : [],
  );
  const patient = patients.find((one) => one.id === id) ?? (id === undefined ? patients[0] : undefined);
  const birth = text(patient?.["birthDate"]);
  const old = years(birth, asOf);
  const gender = text(patient?.["gender"]) || "none";
  const identifier = list<{ value?: unknown }>(patient?.["identifier"]).map((one) => text(one.value)).find(Boolean);
  const name = nameOf(patient);
  return {
    name: name || words.say("patient.no-name"),
    named: name !== "",
    born:
      birth === ""
        ? words.say("patient.no-birth-date")
        : words.say("patient.born", { day: dayOrQuoted(words, birth) }) + (old === null ? "" : ` (${old})`),
    sex: words.say("patient.sex", { sex: gender }),
    identifier: identifier === undefined ? "" : words.say("patient.identifier", { value: identifier }),
    died: diedWords(patient, words),
  };
}
