// The page's sentences. Its own are in wording/page, those that it shares with the card and the table in
// wording/catalogue; both are ICU MessageFormat, one file for each language.
import { IntlMessageFormat } from "intl-messageformat";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import de from "../../wording/page/de.json";
import en from "../../wording/page/en.json";
import fr from "../../wording/page/fr.json";
import sharedDe from "../../wording/catalogue/de.json";
import sharedEn from "../../wording/catalogue/en.json";
import sharedFr from "../../wording/catalogue/fr.json";

type Catalogue = Record<string, string>;
export type Id = keyof typeof en;

const CATALOGUES: Record<string, Catalogue> = {
  en: { ...sharedEn, ...en },
  de: { ...sharedDe, ...de },
  fr: { ...sharedFr, ...fr },
};

// A language is called by its own name.
export const LANGUAGES: Record<string, string> = { en: "English", de: "Deutsch", fr: "Français" };

// French sets a blank inside these signs; no line may end there.
const unbroken = (pattern: string): string => pattern.replace(/ (?=[:;?!»])/g, "\u00a0").replace(/« /g, "«\u00a0");

// The language that is asked for, or the first of the browser's that there is.
export function firstLanguage(asked: string | null): string {
  const wanted = [asked, ...navigator.languages].map((one) => one?.slice(0, 2).toLowerCase());
  return wanted.find((one) => one !== undefined && one in LANGUAGES) ?? "en";
}

export class Words {
  readonly language: string;
  private readonly patterns: Catalogue;
  private readonly read = new Map<string, IntlMessageFormat>();

  constructor(language: string) {
    this.language = language in CATALOGUES ? language : "en";
    this.patterns = CATALOGUES[this.language]!;
  }

  say(id: Id, values: Record<string, string | number> = {}): string {
    return this.format(id, values);
  }

  // A sentence of the catalogue that the card and the table speak from.
  shared(id: string, values: Record<string, string | number> = {}): string {
    return this.format(id, values);
  }

  // "Sclerodactyly: ...", with the blanks of the language.
  pair(label: string, value: string): string {
    return this.format("fact.value", { label, value });
  }

  // A day or a month as this language writes it; any other text as it is. A time behind the day is left out.
  date(written: string): string {
    const [, year, month, day] = /^(\d{4})-(\d{2})(?:-(\d{2})(?:T.*)?)?$/.exec(written) ?? [];
    if (year === undefined || month === undefined) return written;
    return day === undefined
      ? this.format("date.month", { month, year })
      : this.format("date.day", { day, month, year });
  }

  private format(id: string, given: Record<string, string | number>): string {
    const values = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, typeof value === "string" ? this.date(value) : value]),
    );
    let format = this.read.get(id);
    if (format === undefined) {
      const pattern = this.patterns[id];
      if (pattern === undefined) throw new Error(`no sentence ${id}`);
      format = new IntlMessageFormat(unbroken(pattern), this.language, undefined, { ignoreTag: true });
      this.read.set(id, format);
    }
    return String(format.format(values));
  }
}

const SpokenWords = createContext(new Words("en"));
export const WordsProvider = SpokenWords.Provider;
export const useWords = (): Words => useContext(SpokenWords);
