// What is open, what was not understood, what was read.
import { useState } from "preact/hooks";
import type { Evaluation } from "./evaluation.ts";
import type { Read } from "./evaluations.ts";
import { Queries } from "./reads.tsx";
import { cleaned } from "./record-text.ts";
import { type Recorded, useRecords } from "./records.tsx";
import { StatusWord } from "./criterion.tsx";
import { type Row, whyWords } from "./status.ts";
import { useWords } from "./words.ts";

const NAMED = 6; // of what would settle a criterion; all of it is where the criterion opens

function openCriterion(event: MouseEvent, id: string) {
  const row = document.getElementById(`criterion-${id}`);
  if (!(row instanceof HTMLDetailsElement)) return;
  event.preventDefault();
  row.open = true;
  row.scrollIntoView({ block: "start" });
  row.querySelector<HTMLElement>("summary")?.focus();
}

export function OpenPanel({ rows, labels }: { rows: Row[]; labels: Evaluation["labels"] }) {
  const words = useWords();
  const open = rows.filter(({ criterion }) => criterion.outcome === "unknown");
  return (
    <section class="panel" aria-labelledby="open-heading">
      <h2 id="open-heading">{words.say("section.open")}</h2>
      {open.length === 0 && <p>{words.say("open.none")}</p>}
      <ul class="checklist">
        {open.map(({ criterion, notUnderstood }) => {
          const why = whyWords(words, criterion.kind, criterion, notUnderstood);
          const missing = (criterion.missing ?? []).map((id) => labels[id] ?? id);
          return (
            <li>
              <p class="part-head">
                <a href={`#criterion-${criterion.id}`} onClick={(event) => openCriterion(event, criterion.id)}>
                  <span class="id">{criterion.id}</span> {criterion.text}
                </a>
                <StatusWord kind={criterion.kind} verdict={criterion} notUnderstood={notUnderstood} />
              </p>
              {why !== "" && <p class="quiet">{why}</p>}
              {missing.length > 0 && (
                <ul class="boxes" aria-label={words.say("open.ask-or-record")}>
                  {missing.slice(0, NAMED).map((label) => <li>{label}</li>)}
                  {missing.length > NAMED && (
                    <li class="quiet no-box">{words.say("open.more", { count: missing.length - NAMED })}</li>
                  )}
                </ul>
              )}
              {criterion.note !== undefined && <p class="note">{criterion.note}</p>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

const typeWord = (words: ReturnType<typeof useWords>, type: string): string => words.say("record.type", { type });

export function NotUnderstoodPanel({ evaluation }: { evaluation: Evaluation }) {
  const words = useWords();
  const unknown = evaluation.read.not_understood;
  return (
    <section class="panel" aria-labelledby="not-understood-heading">
      <h2 id="not-understood-heading">{words.say("section.not-understood")}</h2>
      {unknown.length === 0 ? (
        <p>{words.say("not-understood.none")}</p>
      ) : (
        <>
          <p>{words.say("not-understood.what")}</p>
          <table class="stack">
            <thead>
              <tr>
                <th scope="col">{words.say("column.what")}</th>
                <th scope="col">{words.say("column.type")}</th>
                <th scope="col">{words.say("column.code")}</th>
                <th scope="col">{words.say("column.count")}</th>
              </tr>
            </thead>
            <tbody>
              {unknown.map((one) => (
                <tr>
                  <th scope="row">
                    {one.display === undefined ? words.say("not-understood.no-name") : <bdi>{cleaned(one.display)}</bdi>}
                  </th>
                  <td data-label={words.say("column.type")}>{typeWord(words, one.type)}</td>
                  <td data-label={words.say("column.code")} class="code">
                    {[one.system, one.code].filter(Boolean).join(" ") || words.say("note.nothing")}
                  </td>
                  <td data-label={words.say("column.count")} class="figures">{one.count}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {evaluation.issues.length > 0 && (
        <>
          <h3>{words.say("issues.heading")}</h3>
          <ul>
            {evaluation.issues.map((issue) => (
              <li>
                {issue.diagnostics ?? issue.code}
                {issue.expression !== undefined && <span class="code quiet"> {issue.expression}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

// The text of a record is made when it is opened: a chart may hold hundreds.
function RawRecord({ source, record, shown }: { source: string; record: Recorded; shown: boolean }) {
  const words = useWords();
  const [opened, setOpened] = useState(false);
  const open = opened || shown;
  const { anchor, copies } = record;
  return (
    <details class="inner raw" id={anchor} open={shown || undefined}
      onToggle={(event) => event.currentTarget.open && setOpened(true)}>
      <summary><bdi>{source}</bdi></summary>
      {copies.length > 1 && <p><strong>{words.say("record.copies", { count: copies.length })}</strong></p>}
      {open && copies.map((copy) => <pre tabIndex={0} aria-label={source}>{JSON.stringify(copy, null, 2)}</pre>)}
    </details>
  );
}

export function ReadPanel({ evaluation, shown, reads }: {
  evaluation: Evaluation;
  shown: string | undefined;
  reads: Read[] | undefined;
}) {
  const words = useWords();
  const { records } = useRecords();
  const { resources, used, ignored } = evaluation.read;
  return (
    <section class="panel" aria-labelledby="read-heading">
      <h2 id="read-heading">{words.say("section.read")}</h2>
      <p class="figures">{words.say("read.counts", { resources, used, ignored: resources - used })}</p>
      {reads !== undefined && <Queries reads={reads} />}
      {ignored.length > 0 && (
        <table class="stack">
          <caption>{words.say("read.ignored")}</caption>
          <thead>
            <tr>
              <th scope="col">{words.say("column.type")}</th>
              <th scope="col">{words.say("column.reason")}</th>
              <th scope="col">{words.say("column.count")}</th>
            </tr>
          </thead>
          <tbody>
            {ignored.map((one) => (
              <tr>
                <th scope="row">{typeWord(words, one.type)}</th>
                <td data-label={words.say("column.reason")}>{one.reason}</td>
                <td data-label={words.say("column.count")} class="figures">{one.count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <details class="inner no-print" open={shown !== undefined || undefined}>
        <summary>{`${words.say("read.records")} (${records.size})`}</summary>
        {[...records].map(([source, record]) => (
          <RawRecord key={source} source={source} record={record} shown={source === shown} />
        ))}
      </details>
    </section>
  );
}
