// Text of the record on its way to a reader: one line of what can be seen. Whoever writes a name or a result may write
// line feeds, blanks of any width and characters that nobody sees or that turn the direction of what follows; with them a
// value could pass for a line of ours in the note that goes into the chart. Source: Unicode 15, properties White_Space,
// Default_Ignorable_Code_Point, Noncharacter_Code_Point, Quotation_Mark, General_Category.
import type { Words } from "./words.ts";

const LONGEST = 120; // code points
const MARKS = 4; // on one letter; more of them grow into the lines above and below

// Also what is drawn as a blank whatever Unicode calls it: fillers of Hangul, an empty Braille cell, a note without a head.
const BLANK = /[\p{White_Space}\p{Cc}\p{Noncharacter_Code_Point}\u115F\u1160\u2800\u3164\uFFA0\u{1D159}]/gu;
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cs}\u{13430}-\u{1345F}]/gu;
const PILED_UP = new RegExp(`([\\p{Mn}\\p{Me}]{${MARKS}})[\\p{Mn}\\p{Me}]+`, "gu");
// Also what is drawn like one: primes, ornaments, angle brackets.
const QUOTATION_MARK =
  /[\p{Quotation_Mark}`\u00B4\u02B9-\u02BD\u02DD\u02EE\u02F4-\u02F6\u05F3\u05F4\u2032-\u2037\u226A\u226B\u275B-\u2760\u276E\u276F\u27EA\u27EB\u2E20\u2E21\u3003\u3008-\u300B\u{1F676}-\u{1F678}]/gu;

export const oneLine = (text: string): string =>
  text.replace(BLANK, " ").replace(UNSEEN, "").replace(PILED_UP, "$1").replace(/ +/g, " ").trim();

export function cleaned(text: string): string {
  const line = oneLine(text);
  const points = [...line];
  return points.length <= LONGEST ? line : `${points.slice(0, LONGEST - 1).join("").trimEnd()}…`;
}

// For a sentence that sets quotation marks: nothing in it closes them.
export const withinQuotation = (text: string): string => cleaned(text).replace(QUOTATION_MARK, "'");

export const quoted = (words: Words, text: string): string =>
  words.say("record.quoted", { text: withinQuotation(text) });

// A day as FHIR writes it is said in words of the language; anything else is what the record says.
export const dayOrQuoted = (words: Words, written: string): string =>
  /^\d{4}(-\d{2}(-\d{2}(T[0-9:.+Z-]*)?)?)?$/.test(written) ? written : quoted(words, written);
