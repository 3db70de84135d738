// The drugs of the record. Of those that the exclusions ask about: bars of use, tails of washout, and the first day on which screening could
// start; of the others bars in outline. With their table.
import { dayNumber } from "./dates.ts";
import type { Evaluation } from "./evaluation.ts";
import { cleaned } from "./record-text.ts";
import { DateWithAge, SourceLink } from "./records.tsx";
import { monthTicks, scale, type Scale } from "./scale.ts";
import { type DrugUse, type Drugs, drugsOf } from "./series.ts";
import { useWidth } from "./width.ts";
import { useWords } from "./words.ts";

const ROW = 60;
const BAR = 12;
const TOP = 20;
const BOTTOM = 24;
const SIDE = 8;
const SHORTEST = 5; // a single dose must be seen
const HISTORY = 730; // days: what is older starts at the left edge

function daysOf(drugs: Drugs, asOf: number, screening: number | null): [number, number] {
  const days = drugs.uses.flatMap((use) => [use.first ?? use.last, use.last, dayNumber(use.washoutEnds)]);
  for (const washout of drugs.together) days.push(dayNumber(washout.clearsOn));
  const known = [...days, screening, asOf].filter((day) => day !== null);
  const first = Math.max(Math.min(...known), asOf - HISTORY);
  const last = Math.max(...known);
  const margin = Math.max(15, (last - first) * 0.06);
  return [first - margin, last + margin];
}

const nameOf = ({ label, criteria }: DrugUse): string =>
  criteria.length > 0 ? `${label} (${criteria.join(", ")})` : label;

function Bar({ use, row, x, asOf, width }: { use: DrugUse; row: number; x: Scale; asOf: number; width: number }) {
  const words = useWords();
  const y = TOP + row * ROW + 20;
  const clip = (day: number) => Math.min(Math.max(x(day), SIDE), width - SIDE);
  const last = use.fact.ongoing ? asOf : (use.last ?? asOf);
  const first = use.first ?? last;
  const to = clip(last);
  const from = Math.min(clip(first), to - SHORTEST);
  const ends = use.fact.ongoing ? null : dayNumber(use.washoutEnds);
  let said = cleaned(use.fact.value);
  if (use.fact.ongoing) said = words.say("chart.ongoing");
  else if (use.washoutEnds !== undefined) said = words.say("chart.washout", { day: use.washoutEnds });
  return (
    <g>
      <text class="drug" x={SIDE} y={y - 6}>{nameOf(use)}</text>
      <text class="drug" x={SIDE} y={y + BAR + 15}>{said}</text>
      <rect class={use.criteria.length > 0 ? "use" : "use plain"} x={from} y={y} width={to - from} height={BAR} />
      {use.fact.ongoing && <path class={use.criteria.length > 0 ? "use" : "use plain"} d={`M${to} ${y - 3}l9 ${BAR / 2 + 3}l-9 ${BAR / 2 + 3}z`} />}
      {ends !== null && <rect class="tail" x={to} y={y + 1} width={Math.max(0, clip(ends) - to)} height={BAR - 2} />}
    </g>
  );
}

function Plot({ drugs, evaluation, width }: { drugs: Drugs; evaluation: Evaluation; width: number }) {
  const words = useWords();
  const asOf = dayNumber(evaluation.as_of)!;
  const screening = dayNumber(evaluation.screening_from);
  const [from, to] = daysOf(drugs, asOf, screening);
  const x = scale([from, to], [SIDE, width - SIDE]);
  const rows = drugs.uses.length + drugs.together.length;
  const height = TOP + rows * ROW + BOTTOM + (screening === null ? 0 : 16);
  const floor = height - BOTTOM;
  const anchor = (day: number) => (x(day) > width / 2 ? "end" : "start");
  const beside = (day: number) => x(day) + (x(day) > width / 2 ? -4 : 4);
  return (
    <svg class="chart" width={width} height={height} role="img" aria-label={words.say("chart.drugs-summary", {
      count: new Set(drugs.uses.map((use) => use.fact.variable)).size,
      screening: evaluation.screening_from ?? "none",
    })}>
      <line class="today" x1={x(asOf)} x2={x(asOf)} y1={TOP - 4} y2={floor} />
      <text class="tick" x={beside(asOf)} y={12} text-anchor={anchor(asOf)}>
        {words.say("chart.today", { day: evaluation.as_of })}
      </text>
      {screening !== null && (
        <>
          <line class="screening" x1={x(screening)} x2={x(screening)} y1={TOP - 4} y2={floor} />
          <text class="screening-word" x={beside(screening)} y={floor - 5} text-anchor={anchor(screening)}>
            {words.say("chart.screening", { day: evaluation.screening_from! })}
          </text>
        </>
      )}
      {drugs.uses.map((use, row) => <Bar use={use} row={row} x={x} asOf={asOf} width={width} />)}
      {drugs.together.map((washout, index) => {
        const y = TOP + (drugs.uses.length + index) * ROW + 20;
        const end = dayNumber(washout.clearsOn);
        return (
          <g>
            <text class="drug" x={SIDE} y={y - 6}>
              {words.say("chart.washout-of", { criterion: washout.criterion })}
            </text>
            <text class="drug" x={SIDE} y={y + BAR + 15}>{words.say("status.waits-until", { day: washout.clearsOn })}</text>
            {end !== null && <rect class="tail" x={x(asOf)} y={y + 1} width={Math.max(0, x(end) - x(asOf))} height={BAR - 2} />}
          </g>
        );
      })}
      <line class="axis" x1={SIDE} x2={width - SIDE} y1={floor} y2={floor} />
      {monthTicks(from, to, Math.floor(width / 85)).map(({ day, text }) => (
        <>
          <line class="axis" x1={x(day)} x2={x(day)} y1={floor} y2={floor + 4} />
          <text class="tick" x={Math.min(Math.max(x(day), 28), width - 28)} y={height - 6} text-anchor="middle">{words.date(text)}</text>
        </>
      ))}
    </svg>
  );
}

function DrugTable({ drugs }: { drugs: Drugs }) {
  const words = useWords();
  return (
    <details class="inner">
      <summary>{words.say("chart.table")}</summary>
      <table class="stack">
        <caption class="hidden">{words.say("chart.drugs")}</caption>
        <thead>
          <tr>
            <th scope="col">{words.say("column.drug")}</th>
            <th scope="col">{words.say("column.first")}</th>
            <th scope="col">{words.say("column.last")}</th>
            <th scope="col">{words.say("column.washout")}</th>
            <th scope="col">{words.say("column.source")}</th>
          </tr>
        </thead>
        <tbody>
          {drugs.uses.map((use) => (
            <tr>
              <th scope="row">{nameOf(use)}</th>
              <td data-label={words.say("column.first")} class="figures">
                {use.fact.first_day === undefined
                  ? words.say("chart.no-first-day")
                  : <DateWithAge date={use.fact.first_day} />}
              </td>
              <td data-label={words.say("column.last")} class="figures">
                {use.fact.ongoing ? words.say("chart.ongoing") : <DateWithAge date={use.fact.last_day} />}
              </td>
              <td data-label={words.say("column.washout")} class="figures">
                {use.washoutEnds === undefined
                  ? words.say(use.fact.ongoing ? "chart.no-end" : "note.nothing")
                  : <DateWithAge date={use.washoutEnds} />}
              </td>
              <td data-label={words.say("column.source")} class="record"><SourceLink source={use.fact.source} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

export function DrugChart({ evaluation }: { evaluation: Evaluation }) {
  const words = useWords();
  const { box, width } = useWidth<HTMLDivElement>();
  const drugs = drugsOf(evaluation);
  const asked = drugs.uses.filter((use) => use.criteria.length > 0);
  return (
    <figure class="timeline">
      <figcaption><span class="chart-title">{words.say("chart.drugs")}</span></figcaption>
      <div ref={box} class="plot">
        {drugs.uses.length > 0 && <Plot drugs={drugs} evaluation={evaluation} width={width} />}
      </div>
      {asked.length + drugs.unsettled.length === 0 && <p>{words.say("chart.no-drugs")}</p>}
      {asked.length < drugs.uses.length && <p class="quiet">{words.say("chart.plain-drugs")}</p>}
      {drugs.unsettled.length > 0 && (
        <p>{words.say("chart.drugs-unsettled", { criteria: drugs.unsettled.join(", ") })}</p>
      )}
      {drugs.uses.length > 0 && <DrugTable drugs={drugs} />}
    </figure>
  );
}
