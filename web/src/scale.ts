// Linear scales and their ticks.

export interface Scale {
  (value: number): number;
}

export function scale(domain: [number, number], range: [number, number]): Scale {
  const span = domain[1] - domain[0] || 1;
  return (value) => range[0] + ((value - domain[0]) / span) * (range[1] - range[0]);
}

// Days on which an axis is marked: the first of months, at most `most` of them.
export function monthTicks(from: number, to: number, most: number): { day: number; text: string }[] {
  const start = new Date(from * 86_400_000);
  const first: { day: number; text: string }[] = [];
  for (let month = start.getUTCFullYear() * 12 + start.getUTCMonth(); ; ++month) {
    const day = Date.UTC(Math.floor(month / 12), month % 12, 1) / 86_400_000;
    if (day > to) break;
    if (day >= from)
      first.push({ day, text: `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}` });
  }
  const every = Math.max(1, Math.ceil(first.length / most));
  return first.filter((_, index) => index % every === 0);
}

const MOST_TICKS = 20;
const ALIKE = 1e-8; // of their size: values nearer to each other are drawn, and marked, as one
const SMALLEST = 1e-300; // below it a division no longer resolves

// What an axis must span to be marked: values that differ too little for it get room around them.
function spanOf(low: number, high: number): number {
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size < SMALLEST) return 1;
  return high - low > size * ALIKE ? high - low : size;
}

// A round domain around values, and round marks in it. The marks are counted, not stepped to: adding a step to a number
// that is much larger may leave it as it is.
export function roundDomain(values: number[], parts: number): { domain: [number, number]; ticks: number[] } {
  const low = values.reduce((one, other) => Math.min(one, other));
  const high = values.reduce((one, other) => Math.max(one, other));
  const rough = spanOf(low, high) / parts;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  let from = Math.floor(low / step) * step;
  if (low >= 0 && low - from < step * 0.15) from = Math.max(0, from - step);
  let to = Math.ceil(high / step) * step;
  if (to - high < step * 0.15) to += step;
  const count = Math.min(MOST_TICKS, Math.round((to - from) / step) + 1);
  const ticks = Array.from({ length: count }, (_, index) => Number((from + index * step).toPrecision(10)));
  return { domain: [from, to], ticks };
}
