// One criterion: what it is called, by what; opened, its parts, the records looked at and its rule.
import { DateWithAge, FactTable, LookedAtList } from "./records.tsx";
import { factWords } from "./series.ts";
import type { Criterion, Evaluation, Step, Verdict } from "./evaluation.ts";
import { Icon } from "./icon.tsx";
import { type Row, SHAPES, standingOf, standingWord, whyWords } from "./status.ts";
import { useWords } from "./words.ts";

const FACTS_IN_A_LINE = 2;

export function StatusWord({ kind, verdict, notUnderstood }: {
  kind: Criterion["kind"];
  verdict: Verdict;
  notUnderstood?: boolean;
}) {
  const words = useWords();
  const standing = standingOf(kind, verdict, notUnderstood);
  return (
    <span class={`status ${standing}`}>
      <Icon shape={SHAPES[standing]} />
      <span>{standingWord(words, standing, verdict)}</span>
    </span>
  );
}

function FactLine({ verdict }: { verdict: Verdict }) {
  const words = useWords();
  const facts = verdict.evidence ?? [];
  if (facts.length === 0) return null;
  const more = facts.length - FACTS_IN_A_LINE;
  return (
    <span class="facts figures">
      {facts.slice(0, FACTS_IN_A_LINE).map((fact) => (
        <span class="fact">
          <bdi>{factWords(words, fact)}</bdi>
          {fact.date !== undefined && !fact.value.includes(words.date(fact.date)) && (
            <>
              , <DateWithAge date={fact.date} />
            </>
          )}
        </span>
      ))}
      {more > 0 && <span class="fact quiet">{words.say("record.more", { count: more })}</span>}
    </span>
  );
}

function Lacks({ verdict, labels }: { verdict: Verdict; labels: Evaluation["labels"] }) {
  const words = useWords();
  if (!verdict.missing?.length) return null;
  return (
    <div>
      <p class="sub">{words.say("criterion.lacks")}</p>
      <ul class="plain">
        {verdict.missing.map((id) => (
          <li>{labels[id] ?? id}</li>
        ))}
      </ul>
    </div>
  );
}

// What was not understood is known of the criterion only: it may be just what any of its parts lacks.
function Parts({ row, labels }: { row: Row; labels: Evaluation["labels"] }) {
  const words = useWords();
  const { criterion, notUnderstood } = row;
  if (!criterion.parts?.length) return null;
  return (
    <div>
      <p class="sub">{words.say("criterion.parts")}</p>
      <ul class="parts">
        {criterion.parts.map((part) => (
          <li>
            <p class="part-head">
              <span>
                <span class="id">{part.id}</span> {part.text}
              </span>
              <StatusWord kind={criterion.kind} verdict={part} notUnderstood={notUnderstood} />
            </p>
            <FactLine verdict={part} />
            {part.outcome === "unknown" && whyWords(words, criterion.kind, part, notUnderstood) !== "" && (
              <p>{whyWords(words, criterion.kind, part, notUnderstood)}</p>
            )}
            {part.note !== undefined && <p class="note">{part.note}</p>}
            {part.outcome === "unknown" && part.missing !== undefined && (
              <p class="quiet">
                {words.pair(words.say("criterion.lacks"), part.missing.map((id) => labels[id] ?? id).join("; "))}
              </p>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Steps({ steps }: { steps: Step[] }) {
  const words = useWords();
  return (
    <details class="inner steps">
      <summary>{words.say("criterion.steps")}</summary>
      <p class="quiet">{words.say("criterion.steps-note")}</p>
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">{words.say("column.step")}</th>
            <th scope="col">{words.say("column.rule")}</th>
            <th scope="col">{words.say("column.result")}</th>
          </tr>
        </thead>
        <tbody>
          {steps.filter((step) => !step.of_note).map((step) => (
            <tr>
              <th scope="row" class="id">{step.step}</th>
              <td data-label={words.say("column.rule")} class="code">{step.node}</td>
              <td data-label={words.say("column.result")} class="nowrap">{words.say("step.value", { value: step.value })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

// Which parts carry a criterion that needs only one of them.
function carriedBy(criterion: Criterion): string[] {
  if (criterion.kind !== "inclusion" || criterion.outcome !== "passes") return [];
  const parts = criterion.parts ?? [];
  const passing = parts.filter((part) => part.outcome === "passes").map((part) => part.id);
  return passing.length < parts.length ? passing : [];
}

export function CriterionRow({ row, labels }: { row: Row; labels: Evaluation["labels"] }) {
  const words = useWords();
  const { criterion, explanation, notUnderstood } = row;
  const why = whyWords(words, criterion.kind, criterion, notUnderstood);
  const parts = carriedBy(criterion);
  const carried = parts.length > 0 ? words.say("criterion.passes-note", { parts: parts.join(", ") }) : "";
  return (
    <details class={`criterion edge-${row.standing}`} id={`criterion-${criterion.id}`}>
      <summary>
        <span class="head">
          <span class="rule">
            <span class="id">{criterion.id}</span> {criterion.text}
          </span>
          <StatusWord kind={criterion.kind} verdict={criterion} notUnderstood={notUnderstood} />
        </span>
        <FactLine verdict={criterion} />
        {(carried !== "" || why !== "") && (
          <span class="why">
            {carried !== "" && why !== "" ? words.shared("why.both", { first: carried, second: why }) : carried || why}
          </span>
        )}
        {criterion.note !== undefined && <span class="why note">{criterion.note}</span>}
      </summary>
      <div class="opened">
        {criterion.outcome === "unknown" && <Lacks verdict={criterion} labels={labels} />}
        {criterion.evidence !== undefined && (
          <FactTable caption={words.say("criterion.evidence")} facts={criterion.evidence} />
        )}
        <Parts row={row} labels={labels} />
        <div>
          <p class="sub">{words.say("criterion.records")}</p>
          {explanation?.records.length ? (
            <>
              <LookedAtList records={explanation.records} />
              <p class="print-only quiet">{words.say("print.see-page", { count: explanation.records.length })}</p>
            </>
          ) : (
            <p>{words.say("criterion.no-records")}</p>
          )}
        </div>
        {explanation !== undefined && <Steps steps={explanation.steps} />}
      </div>
    </details>
  );
}
