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

// A round domain around values, and round marks in it.
export function roundDomain(values: number[], parts: number): { domain: [number, number]; ticks: number[] } {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const rough = (high - low || Math.abs(high) || 1) / parts;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  let from = Math.floor(low / step) * step;
  if (low >= 0 && low - from < step * 0.15) from = Math.max(0, from - step);
  let to = Math.ceil(high / step) * step;
  if (to - high < step * 0.15) to += step;
  const ticks: number[] = [];
  for (let tick = from; tick <= to + step / 2; tick += step) ticks.push(Number(tick.toPrecision(10)));
  return { domain: [from, to], ticks };
}
