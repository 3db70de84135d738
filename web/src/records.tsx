// Facts and the records that they come from.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { age } from "./dates.ts";
import type { Bundle, Fact, LookedAt, RecordedFact, Resource } from "./evaluation.ts";
import { cleaned, quoted } from "./record-text.ts";
import { factWords, valueWords } from "./series.ts";
import { useWords } from "./words.ts";

// All that bears one name ("Observation/1"). More than one where servers, or an answer, disagree: which of them a
// verdict rests on is then not known here, and each is shown.
export interface Recorded {
  anchor: string;
  copies: Resource[];
}

export interface RecordIndex {
  asOf: string;
  records: Map<string, Recorded>;
  open: (source: string) => void; // shows the record as received
}

const Records = createContext<RecordIndex>({ asOf: "", records: new Map(), open: () => {} });
export const RecordsProvider = Records.Provider;
export const useRecords = (): RecordIndex => useContext(Records);

// A name may hold anything: an anchor is made of its place.
export function indexOf(bundle: Bundle): Map<string, Recorded> {
  const index = new Map<string, Recorded>();
  for (const { resource } of bundle.entry ?? []) {
    if (resource?.resourceType === undefined || resource.id === undefined) continue;
    const name = `${resource.resourceType}/${resource.id}`;
    const known = index.get(name);
    if (known === undefined) index.set(name, { anchor: `record-${index.size + 1}`, copies: [resource] });
    else if (!known.copies.some((copy) => JSON.stringify(copy) === JSON.stringify(resource))) known.copies.push(resource);
  }
  return index;
}

export function SourceLink({ source }: { source: string | undefined }) {
  const { records, open } = useRecords();
  if (source === undefined) return null;
  const record = records.get(source);
  if (record === undefined) return <bdi class="source">{source}</bdi>;
  const follow = (event: MouseEvent) => {
    event.preventDefault();
    open(source);
  };
  return (
    <a class="source" href={`#${record.anchor}`} onClick={follow}>
      <bdi>{source}</bdi>
    </a>
  );
}

export function DateWithAge({ date }: { date: string | undefined }) {
  const words = useWords();
  const { asOf } = useRecords();
  if (date === undefined) return <span>{words.say("note.nothing")}</span>;
  const ago = age(words, date, asOf);
  return (
    <span>
      <bdi class="nowrap">{words.date(cleaned(date))}</bdi>
      {ago !== "" && <span class="quiet nowrap"> ({ago})</span>}
    </span>
  );
}

export function FactTable({ caption, facts }: { caption: string; facts: Fact[] }) {
  const words = useWords();
  return (
    <table class="stack">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{words.say("column.what")}</th>
          <th scope="col">{words.say("column.value")}</th>
          <th scope="col">{words.say("column.date")}</th>
          <th scope="col">{words.say("column.source")}</th>
        </tr>
      </thead>
      <tbody>
        {facts.map((fact) => (
          <tr>
            <th scope="row"><bdi>{cleaned(fact.label ?? fact.variable)}</bdi></th>
            <td data-label={words.say("column.value")} class="figures">
              <bdi>{valueWords(words, fact)}</bdi>
            </td>
            <td data-label={words.say("column.date")} class="figures">
              <DateWithAge date={fact.date} />
            </td>
            <td data-label={words.say("column.source")} class="record">
              <SourceLink source={fact.source} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

// "I2a.2.1" and "I2a.note1" are steps of I2a.
const criterionOf = (step: string): string => step.split(".")[0]!;

const SHOWN = 3;

// What a record was read as: the first few, for a skin score holds many.
function BecameWords({ facts }: { facts: RecordedFact[] }) {
  const words = useWords();
  const said = [...new Set(facts.map((fact) => {
    const standing = words.say("standing.words", { standing: fact.standing ?? "none" });
    return standing === "" ? factWords(words, fact) : `${factWords(words, fact)} (${standing})`;
  }))];
  const shown = said.slice(0, SHOWN).join("; ");
  const more = said.length - SHOWN;
  const list = more > 0 ? `${shown}; ${words.say("record.more", { count: more })}` : shown;
  return <p>{said.length > 0 ? words.say("record.became", { facts: list }) : words.say("record.nothing")}</p>;
}

export function LookedAtList({ records }: { records: LookedAt[] }) {
  const words = useWords();
  return (
    <ul class="records">
      {records.map((record) => {
        const dated = record.became.find((fact) => fact.date !== undefined)?.date;
        return (
          <li>
            <p>
              <SourceLink source={record.source} />
              {record.words !== undefined && <> <bdi>{quoted(words, record.words)}</bdi></>}
              {record.keeps_open && <strong> {words.say("record.keeps-open")}</strong>}
              {dated !== undefined && <span class="figures"> <DateWithAge date={dated} /></span>}
            </p>
            <BecameWords facts={record.became} />
            {record.ignored !== undefined && <p>{words.say("record.not-used", { reason: record.ignored })}</p>}
            <p class="quiet">
              {record.used_by.length > 0
                ? words.pair(words.say("column.used"), [...new Set(record.used_by.map(criterionOf))].join(", "))
                : words.say("record.no-step")}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
