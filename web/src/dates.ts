// Days as the documents write them, and how long ago they were, counted from the day of the evaluation: the page
// has no clock of its own.
import type { Words } from "./words.ts";

const DAY = 86_400_000;

// Days since 1970-01-01; null for what is no full date. A time behind the date is not looked at.
export function dayNumber(date: string | undefined): number | null {
  if (date === undefined || !/^\d{4}-\d{2}-\d{2}(T|$)/.test(date)) return null;
  const time = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(time) ? null : time / DAY;
}

export function dayText(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

function months(from: string, to: string): number {
  const [fromYear, fromMonth, fromDay] = from.slice(0, 10).split("-").map(Number) as [number, number, number];
  const [toYear, toMonth, toDay] = to.slice(0, 10).split("-").map(Number) as [number, number, number];
  return (toYear - fromYear) * 12 + toMonth - fromMonth - (toDay < fromDay ? 1 : 0);
}

const AGO = { days: "age.days", weeks: "age.weeks", months: "age.months", years: "age.years" } as const;
const AHEAD = { days: "age.in-days", weeks: "age.in-weeks", months: "age.in-months", years: "age.in-years" } as const;

// In the unit a reader would choose; "" when the date is not a full one.
export function age(words: Words, date: string | undefined, asOf: string): string {
  const then = dayNumber(date);
  const now = dayNumber(asOf);
  if (date === undefined || then === null || now === null) return "";
  const days = Math.abs(now - then);
  const say = now < then ? AHEAD : AGO;
  if (days < 14) return words.say(say.days, { count: days });
  const whole = now < then ? months(asOf, date) : months(date, asOf);
  if (whole < 2) return words.say(say.weeks, { count: Math.floor(days / 7) });
  if (whole < 24) return words.say(say.months, { count: whole });
  return words.say(say.years, { count: Math.floor(whole / 12) });
}

// "2026-11-26 (in 4 days)"
export function dayWithAge(words: Words, date: string, asOf: string): string {
  const ago = age(words, date, asOf);
  return ago === "" ? words.date(date) : words.say("count.day", { day: date, age: ago });
}

// Completed years, for the banner.
export function years(birth: string | undefined, asOf: string): number | null {
  if (birth === undefined || dayNumber(birth) === null) return null;
  return Math.floor(months(birth, asOf) / 12);
}
