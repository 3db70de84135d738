// What went wrong, as a sentence that says what, why and what to do, and what the page can offer next.
import type { Id, Words } from "./words.ts";

export type Next = "sign-in" | "try-again" | "none";

export class Problem extends Error {
  readonly id: Id;
  readonly values: Record<string, string | number>;
  readonly next: Next;

  constructor(id: Id, values: Record<string, string | number> = {}, next: Next = "none") {
    super(id);
    this.id = id;
    this.values = values;
    this.next = next;
  }

  in(words: Words): string {
    return words.say(this.id, this.values);
  }
}

// Whatever is thrown becomes a problem that can be shown.
export const problemOf = (thrown: unknown, otherwise: (why: string) => Problem): Problem =>
  thrown instanceof Problem ? thrown : otherwise(thrown instanceof Error ? thrown.message : String(thrown));
