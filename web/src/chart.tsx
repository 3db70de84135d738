// A value over time with the limit of the rule that asks for it, and its table.
import { age, dayNumber } from "./dates.ts";
import { DateWithAge, SourceLink } from "./records.tsx";
import { type Scale, monthTicks, roundDomain, scale } from "./scale.ts";
import { type Limit, type Point, type Series, valueWords } from "./series.ts";
import { useWidth } from "./width.ts";
import { useWords, type Words } from "./words.ts";

const TALL = 150;
const LOW = 100; // for a single value
const MARGIN = { top: 16, right: 12, bottom: 22, left: 34 };
const YEAR = 365;

interface Drawn {
  day: number;
  value: number;
  firm: boolean; // settles something by itself
  conflict: boolean;
}

export function limitWords(words: Words, limit: Limit): string {
  const from = limit.at_least;
  const to = limit.at_most;
  if (from !== undefined && to !== undefined) return words.say("chart.between", { from, to });
  const said: string[] = [];
  if (from !== undefined) said.push(words.say("chart.at-least", { value: from }));
  if (limit.more_than !== undefined) said.push(words.say("chart.more-than", { value: limit.more_than }));
  if (to !== undefined) said.push(words.say("chart.at-most", { value: to }));
  if (limit.less_than !== undefined) said.push(words.say("chart.less-than", { value: limit.less_than }));
  return said.join(", ");
}

const drawable = (points: Point[]): Drawn[] =>
  points.flatMap(({ fact, day, value, conflict }) =>
    day === null || value === null ? [] : [{ day, value, firm: fact.standing === undefined, conflict }],
  );

// The latest value and how far it is from the one before; of values that contradict each other, all of them.
function lastWords(words: Words, series: Series, asOf: string): string {
  const last = series.points.at(-1)!;
  if (last.conflict) return "";
  const day = last.fact.date ?? words.say("note.nothing");
  const value = valueWords(words, last.fact);
  const said = words.say("chart.latest", { value, day, age: age(words, last.fact.date, asOf) });
  const change = changeOf(series.points);
  return change === null ? said : `${said}; ${words.say("chart.change", {
    change: change.text, day: change.from.fact.date!, age: age(words, change.from.fact.date, asOf),
  })}`;
}

// From the value before to the last, where both are plain, settle something and are not contradicted.
function changeOf(points: Point[]): { from: Point; to: Point; text: string } | null {
  const [from, to] = points.filter((point) => point.value !== null && point.fact.standing === undefined).slice(-2);
  if (from === undefined || to === undefined || to !== points.at(-1) || from.conflict || to.conflict) return null;
  if (!from.fact.date || from.day === null || to.day === null) return null;
  const change = Number((to.value! - from.value!).toPrecision(6));
  const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
  return { from, to, text: `${sign}${Math.abs(change)}` };
}

function conflictWords(words: Words, series: Series, asOf: string): string[] {
  const days = new Map<number, Point[]>();
  for (const point of series.points)
    if (point.conflict) days.set(point.day!, [...(days.get(point.day!) ?? []), point]);
  return [...days.values()].map((points) => words.say("chart.conflict", {
    values: [...new Set(points.map((point) => valueWords(words, point.fact)))].join(" / "),
    day: points[0]!.fact.date!,
    age: age(words, points[0]!.fact.date, asOf),
  }));
}

// No line leads into or out of a day whose values contradict each other: it would draw a course nobody measured.
function linesOf(drawn: Drawn[], x: Scale, y: Scale): string {
  return drawn.map((point, index) => {
    const joined = index > 0 && !point.conflict && !drawn[index - 1]!.conflict;
    return `${joined ? "L" : "M"}${x(point.day)} ${y(point.value)}`;
  }).join("");
}

function ConflictBars({ drawn, x, y }: { drawn: Drawn[]; x: Scale; y: Scale }) {
  const days = [...new Set(drawn.filter((point) => point.conflict).map((point) => point.day))];
  return (
    <>
      {days.map((day) => {
        const values = drawn.filter((point) => point.conflict && point.day === day).map((point) => point.value);
        return <line class="conflict" x1={x(day)} x2={x(day)} y1={y(Math.min(...values))} y2={y(Math.max(...values))} />;
      })}
    </>
  );
}

function ChangeMark({ series, x, y }: { series: Series; x: Scale; y: Scale }) {
  const change = series.changes.length > 0 ? changeOf(series.points) : null;
  if (change === null) return null;
  const middle = (x(change.from.day!) + x(change.to.day!)) / 2;
  return (
    <text class="change" x={middle} y={(y(change.from.value!) + y(change.to.value!)) / 2 + 16} text-anchor="middle">
      {change.text}
    </text>
  );
}

const lastValues = (words: Words, points: Point[]): string => {
  const last = points.at(-1)!;
  return points.filter((point) => point === last || (last.conflict && point.conflict && point.day === last.day))
    .map((point) => valueWords(words, point.fact)).join(" / ");
};

function Plot({ series, drawn, asOf, width }: { series: Series; drawn: Drawn[]; asOf: number; width: number }) {
  const words = useWords();
  const { limit } = series;
  const height = drawn.length > 1 ? TALL : LOW;
  const low = limit.at_least ?? limit.more_than;
  const high = limit.at_most ?? limit.less_than;
  const { domain, ticks } = roundDomain([...drawn.map((point) => point.value), ...[low, high].filter((one) => one !== undefined)], height === TALL ? 3 : 1.5);
  const start = Math.min(drawn[0]!.day - 20, asOf - YEAR);
  const x = scale([start, asOf + 10], [MARGIN.left, width - MARGIN.right]);
  const y = scale(domain, [height - MARGIN.bottom, MARGIN.top]);
  const top = y(high ?? domain[1]);
  const bottom = y(low ?? domain[0]);
  const lastDrawn = drawn.at(-1)!;
  return (
    <svg class="chart" width={width} height={height} role="img" aria-label={words.say("chart.summary", {
      count: series.points.length,
      what: series.label,
      value: lastValues(words, series.points),
      day: series.points.at(-1)!.fact.date ?? "",
      limits: words.say("chart.limit", { criterion: limit.criterion, limit: limitWords(words, limit) }),
    })}>
      <rect class={`band ${limit.kind}`} x={MARGIN.left} y={top} width={width - MARGIN.left - MARGIN.right} height={Math.max(0, bottom - top)} />
      {[low, high].map((bound) => bound !== undefined && (
        <line class="limit" x1={MARGIN.left} x2={width - MARGIN.right} y1={y(bound)} y2={y(bound)} />
      ))}
      {ticks.map((tick) => (
        <text class="tick" x={MARGIN.left - 6} y={y(tick) + 4} text-anchor="end">{tick}</text>
      ))}
      {monthTicks(start, asOf, Math.floor(width / 80)).map(({ day, text }) => (
        <>
          <line class="axis" x1={x(day)} x2={x(day)} y1={height - MARGIN.bottom} y2={height - MARGIN.bottom + 4} />
          <text class="tick" x={x(day)} y={height - 5} text-anchor="middle">{words.date(text)}</text>
        </>
      ))}
      <line class="axis" x1={MARGIN.left} x2={width - MARGIN.right} y1={height - MARGIN.bottom} y2={height - MARGIN.bottom} />
      <path class="line" d={linesOf(drawn, x, y)} />
      <ConflictBars drawn={drawn} x={x} y={y} />
      <ChangeMark series={series} x={x} y={y} />
      {drawn.map((point) => (
        <circle class={`point${point.firm ? "" : " hollow"}${point.conflict ? " conflict" : ""}`} cx={x(point.day)} cy={y(point.value)} r="4" />
      ))}
      {drawn.filter((point) => point === lastDrawn || (lastDrawn.conflict && point.day === lastDrawn.day)).map((point) => (
        <text class="last" x={x(point.day) - 8} y={y(point.value) - 7} text-anchor="end">{point.value}</text>
      ))}
    </svg>
  );
}

export function SeriesTable({ series }: { series: Series }) {
  const words = useWords();
  return (
    <details class="inner">
      <summary>{words.say("chart.table")}</summary>
      <table class="stack">
        <caption class="hidden">{series.label}</caption>
        <thead>
          <tr>
            <th scope="col">{words.say("column.date")}</th>
            <th scope="col">{words.say("column.value")}</th>
            <th scope="col">{words.say("column.source")}</th>
          </tr>
        </thead>
        <tbody>
          {[...series.points].reverse().map(({ fact, conflict }) => (
            <tr>
              <th scope="row" class="figures"><DateWithAge date={fact.date} /></th>
              <td data-label={words.say("column.value")} class="figures">
                {valueWords(words, fact)}
                {fact.standing !== undefined && (
                  <span class="quiet"> ({words.say("standing.words", { standing: fact.standing })})</span>
                )}
                {conflict && <span class="quiet"> ({words.say("chart.contradicted")})</span>}
              </td>
              <td data-label={words.say("column.source")} class="record"><SourceLink source={fact.source} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

export function Chart({ series, asOf }: { series: Series; asOf: string }) {
  const words = useWords();
  const { box, width } = useWidth<HTMLDivElement>();
  const drawn = drawable(series.points);
  const left = series.points.length - drawn.length;
  const said = lastWords(words, series, asOf);
  const hollow = drawn.some((point) => !point.firm);
  return (
    <figure class="timeline">
      <figcaption>
        <span class="chart-title">{series.label}</span>
        <span class="quiet">
          {words.say("chart.limit", { criterion: series.limit.criterion, limit: limitWords(words, series.limit) })}
        </span>
      </figcaption>
      {said !== "" && <p class="figures">{said}</p>}
      {conflictWords(words, series, asOf).map((conflict) => <p class="figures status check">{conflict}</p>)}
      {series.changes.length > 0 && (
        <p class="quiet">
          {series.changes.map(({ criterion, direction, limit }) =>
            words.say("chart.change-counts", { direction, criterion, amount: limitWords(words, limit) })).join("; ")}
        </p>
      )}
      <div ref={box} class="plot">
        {drawn.length > 0 && <Plot series={series} drawn={drawn} asOf={dayNumber(asOf) ?? drawn.at(-1)!.day} width={width} />}
      </div>
      {left > 0 && <p class="quiet">{words.say("chart.not-drawn", { count: left })}</p>}
      {hollow && <p class="quiet">{words.say("chart.hollow")}</p>}
      <SeriesTable series={series} />
    </figure>
  );
}

