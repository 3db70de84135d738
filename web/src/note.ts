// The evaluation as plain text for the patient's note: every criterion, what is open first.
import type { Evaluation, Fact } from "./evaluation.ts";
import { dayWithAge } from "./dates.ts";
import type { Banner } from "./patient.ts";
import { cleaned, dayOrQuoted, oneLine, quoted } from "./record-text.ts";
import { unitWords, valueWords } from "./series.ts";
import { type Row, exclusionWords, rowsOf, standingWord, trialWords, whyWords } from "./status.ts";
import type { Words } from "./words.ts";

const FACTS = 2;

const isOneWord = (text: string): boolean => /^[\p{L}\p{M}\p{N}-]+$/u.test(text);
const isFigure = (text: string): boolean => /^[<>≤≥=]*\s?[-+]?\d+([.,:/-]\d+)*\+*$/.test(text);
const isUnit = (text: string): boolean => /^[\p{L}\p{N}%/.*^{}[\]()'_µ°-]{1,24}$/u.test(text);

// Of a drug the value is said by us, of a Patient the sex. All else is a figure, or what the record says.
function isSaid({ source = "", value }: Fact): boolean {
  return source.startsWith("Medication") || isFigure(cleaned(value)) || (source.startsWith("Patient/") && isOneWord(value));
}

function recordedValue(words: Words, one: Fact): string {
  const unit = unitWords(one.unit);
  const said = isSaid(one);
  if (said && (unit === "" || isUnit(unit))) return valueWords(words, one);
  if (one.result !== undefined && unit === "" && !/\d/.test(one.value)) return valueWords(words, one); // quotes what is not our own word
  const value = said ? cleaned(one.value) : quoted(words, one.value);
  return unit === "" ? value : `${value} ${isUnit(unit) ? unit : quoted(words, unit)}`;
}

// A drug may be called by the words of the record, a finding too: then they are set in quotation marks.
function fact(words: Words, one: Fact, asOf: string): string {
  const label = cleaned(one.label ?? one.variable);
  const isOurs = !(one.source ?? "").startsWith("Medication") || isOneWord(label);
  const name = isOurs ? label : quoted(words, label);
  const said = label === cleaned(one.value) ? name : words.pair(name, recordedValue(words, one));
  const date = one.date === undefined ? "" : dayOrQuoted(words, one.date);
  const day = words.date(date);
  return day === "" || one.value.includes(day) ? said : `${said}, ${dayWithAge(words, date, asOf)}`;
}

function line(words: Words, row: Row, { labels, as_of }: Evaluation): string {
  const { criterion, standing, notUnderstood } = row;
  const said = [words.pair(`${criterion.id} ${standingWord(words, standing, criterion)}`, criterion.text ?? "")];
  const facts = (criterion.evidence ?? []).slice(0, FACTS).map((one) => fact(words, one, as_of)).join("; ");
  if (facts !== "") said.push(`  ${facts}`);
  if (criterion.outcome === "unknown") {
    const why = whyWords(words, criterion.kind, criterion, notUnderstood);
    if (why !== "") said.push(`  ${why}`);
    const missing = (criterion.missing ?? []).map((id) => labels[id] ?? id).join("; ");
    if (missing !== "") said.push(`  ${words.pair(words.say("criterion.lacks"), missing)}`);
  }
  if (criterion.note !== undefined) said.push(`  ${oneLine(criterion.note)}`);
  return said.join("\n");
}

export function noteText(words: Words, evaluation: Evaluation, patient: Banner, contact?: string): string {
  const rows = rowsOf(evaluation);
  const open = (row: Row) => row.criterion.outcome === "unknown";
  const ids = (standing: string) =>
    rows.filter((row) => row.standing === standing).map((row) => row.criterion.id).join(", ") ||
    words.say("note.nothing");
  const cleared = (row: Row) => row.standing === "none-found" || row.standing === "none-recorded";
  return [
    words.say("note.head", {
      trial: evaluation.trial,
      title: evaluation.about.short_title ?? "",
      day: evaluation.as_of,
      version: evaluation.definition_version,
    }),
    words.say("note.patient", {
      name: patient.named ? quoted(words, patient.name) : patient.name,
      born: patient.born,
    }),
    ...(patient.died === "" ? [] : [words.shared("remark.deceased")]),
    `${trialWords(words, evaluation)}. ${words.say("verdict.stands")}`,
    "",
    ...[...rows.filter(open), ...rows.filter((row) => !open(row) && !cleared(row))].map((row) =>
      line(words, row, evaluation),
    ),
    words.say("note.exclusions", {
      summary: exclusionWords(words, rows),
      found: ids("none-found"),
      recorded: ids("none-recorded"),
    }),
    "",
    ...(contact === undefined ? [] : [words.pair(words.say("contact.study-team"), contact)]),
    limits(words, evaluation),
  ].join("\n");
}

export function limits(words: Words, evaluation: Evaluation): string {
  return [
    words.shared("limits.source", {
      day: evaluation.about.registry_date ?? words.say("note.nothing"),
      version: evaluation.definition_version,
    }),
    words.shared("limits.purpose"),
  ].join(" ");
}
