// A value over time with the limit of the rule that asks for it, and its table.
import { age, dayNumber } from "./dates.ts";
import { DateWithAge, SourceLink } from "./records.tsx";
import { monthTicks, roundDomain, scale } from "./scale.ts";
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
  points.flatMap(({ fact, day, value }) =>
    day === null || value === null ? [] : [{ day, value, firm: fact.standing === undefined }],
  );

// The latest value, and how far it is from the one before.
function lastWords(words: Words, series: Series, asOf: string): string {
  const last = series.points.at(-1)!;
  const day = last.fact.date ?? words.say("note.nothing");
  const value = valueWords(words, last.fact);
  let said = words.say("chart.latest", { value, day, age: age(words, last.fact.date, asOf) });
  const before = series.points.filter((point) => point.value !== null && point.fact.standing === undefined).at(-2);
  if (before?.value != null && last.value !== null && last.fact.standing === undefined && before.fact.date) {
    const change = Number((last.value - before.value).toPrecision(6));
    const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
    said += `; ${words.say("chart.change", { change: `${sign}${Math.abs(change)}`, day: before.fact.date })}`;
  }
  return said;
}

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
  const line = drawn.map((point, index) => `${index === 0 ? "M" : "L"}${x(point.day)} ${y(point.value)}`).join("");
  const lastDrawn = drawn.at(-1)!;
  return (
    <svg class="chart" width={width} height={height} role="img" aria-label={words.say("chart.summary", {
      count: series.points.length,
      what: series.label,
      value: valueWords(words, series.points.at(-1)!.fact),
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
      <path class="line" d={line} />
      {drawn.map((point) => (
        <circle class={point.firm ? "point" : "point hollow"} cx={x(point.day)} cy={y(point.value)} r="4" />
      ))}
      <text class="last" x={x(lastDrawn.day) - 8} y={y(lastDrawn.value) - 7} text-anchor="end">{lastDrawn.value}</text>
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
          {[...series.points].reverse().map(({ fact }) => (
            <tr>
              <th scope="row" class="figures"><DateWithAge date={fact.date} /></th>
              <td data-label={words.say("column.value")} class="figures">
                {valueWords(words, fact)}
                {fact.standing !== undefined && (
                  <span class="quiet"> ({words.say("standing.words", { standing: fact.standing })})</span>
                )}
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
  const hollow = drawn.some((point) => !point.firm);
  return (
    <figure class="timeline">
      <figcaption>
        <span class="chart-title">{series.label}</span>
        <span class="quiet">
          {words.say("chart.limit", { criterion: series.limit.criterion, limit: limitWords(words, series.limit) })}
        </span>
      </figcaption>
      <p class="figures">{lastWords(words, series, asOf)}</p>
      <div ref={box} class="plot">
        {drawn.length > 0 && <Plot series={series} drawn={drawn} asOf={dayNumber(asOf) ?? drawn.at(-1)!.day} width={width} />}
      </div>
      {left > 0 && <p class="quiet">{words.say("chart.not-drawn", { count: left })}</p>}
      {hollow && <p class="quiet">{words.say("chart.hollow")}</p>}
      <SeriesTable series={series} />
    </figure>
  );
}

