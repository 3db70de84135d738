// The evaluation as plain text for the patient's note: every criterion, what is open first.
import type { Evaluation, Fact } from "./evaluation.ts";
import { valueWords } from "./series.ts";
import { type Row, TRIAL_WORDS, rowsOf, standingWord, whyWords } from "./status.ts";
import type { Words } from "./words.ts";

const FACTS = 2;

function fact(words: Words, one: Fact): string {
  const label = one.label ?? one.variable;
  const value = label === one.value ? "" : ` ${valueWords(words, one)}`;
  const day = one.date === undefined ? "" : words.date(one.date);
  return `${label}${value}${day === "" || one.value.includes(day) ? "" : ` ${day}`}`;
}

function line(words: Words, row: Row, labels: Evaluation["labels"]): string {
  const { criterion, standing, notUnderstood } = row;
  const said = [`${criterion.id} ${standingWord(words, standing, criterion)}: ${criterion.text ?? ""}`];
  const facts = (criterion.evidence ?? []).slice(0, FACTS).map((one) => fact(words, one)).join("; ");
  if (facts !== "") said.push(`  ${facts}`);
  if (criterion.outcome === "unknown") {
    const why = whyWords(words, criterion.kind, criterion, notUnderstood);
    if (why !== "") said.push(`  ${why}`);
    const missing = (criterion.missing ?? []).map((id) => labels[id] ?? id).join("; ");
    if (missing !== "") said.push(`  ${words.say("criterion.lacks")}: ${missing}`);
  }
  if (criterion.note !== undefined) said.push(`  ${criterion.note}`);
  return said.join("\n");
}

export function noteText(words: Words, evaluation: Evaluation, patient: { name: string; born: string }): string {
  const rows = rowsOf(evaluation);
  const open = (row: Row) => row.criterion.outcome === "unknown";
  const ids = (standing: string) =>
    rows.filter((row) => row.standing === standing).map((row) => row.criterion.id).join(", ") ||
    words.say("note.nothing");
  const exclusionsFound = rows.filter((row) => row.criterion.kind === "exclusion" && row.criterion.outcome === "fails");
  const cleared = (row: Row) => row.standing === "none-found" || row.standing === "none-recorded";
  return [
    words.say("note.head", {
      trial: evaluation.trial,
      title: evaluation.about.short_title ?? "",
      day: evaluation.as_of,
      version: evaluation.definition_version,
    }),
    words.say("note.patient", patient),
    `${words.shared(TRIAL_WORDS[evaluation.outcome])}. ${words.say("verdict.stands")}`,
    "",
    ...[...rows.filter(open), ...rows.filter((row) => !open(row) && !cleared(row))].map((row) =>
      line(words, row, evaluation.labels),
    ),
    words.say("note.exclusions", {
      count: exclusionsFound.length === 0 ? words.say("count.none") : String(exclusionsFound.length),
      found: ids("none-found"),
      recorded: ids("none-recorded"),
    }),
    "",
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
