// What was asked of the FHIR server, how each question ended, and what came back.
import { useState } from "preact/hooks";
import type { Read } from "./evaluations.ts";
import { useWords, type Words } from "./words.ts";

const typeOf = (read: Read): string => /^[A-Za-z]+/.exec(read.query)?.[0] ?? "";

export const isGap = (read: Read): boolean => read.state !== "complete" && read.cause !== "source_not_kept";

export function readWords(words: Words, read: Read): string {
  const name = words.say("reads.name", { key: read.key });
  if (read.cause === "source_not_kept") return words.say("reads.not-kept", { name });
  return words.say("reads.said", {
    state: read.state,
    name,
    cause: words.say("reads.cause", { cause: read.cause }),
  });
}

// Beside what is drawn from these types of resource: what of them could not be read.
export function Gaps({ reads, types }: { reads: Read[] | undefined; types: RegExp }) {
  const words = useWords();
  const gaps = (reads ?? []).filter((read) => isGap(read) && types.test(typeOf(read)));
  if (gaps.length === 0) return null;
  return (
    <div class="gaps">
      <ul>{gaps.map((read) => <li><strong>{readWords(words, read)}</strong></li>)}</ul>
      <p>{words.say("reads.gap")}</p>
    </div>
  );
}

function Answers({ read }: { read: Read }) {
  const words = useWords();
  const name = words.say("reads.name", { key: read.key });
  if (read.answers.length === 0) return <p>{words.say("reads.no-answer")}</p>;
  return (
    <>
      {read.of_another_patient !== undefined && (
        <p>{words.say("reads.of-another-patient", { count: read.of_another_patient })}</p>
      )}
      {read.answers.map((answer, index) => {
        const number = words.say("reads.answer", { number: index + 1 });
        return <pre tabIndex={0} aria-label={words.pair(name, number)}>{JSON.stringify(answer, null, 2)}</pre>;
      })}
    </>
  );
}

// The text of an answer is made when it is opened.
function Query({ read }: { read: Read }) {
  const words = useWords();
  const [opened, setOpened] = useState(false);
  return (
    <details class="inner raw" onToggle={(event) => event.currentTarget.open && setOpened(true)}>
      <summary class={isGap(read) ? "gap" : ""}>{readWords(words, read)}</summary>
      <p class="code">{read.query}</p>
      {opened && <Answers read={read} />}
    </details>
  );
}

export function Queries({ reads }: { reads: Read[] }) {
  const words = useWords();
  return (
    <>
      <h3>{words.say("reads.heading")}</h3>
      {reads.map((read) => <Query key={read.key} read={read} />)}
      <ul class="print-only">{reads.filter(isGap).map((read) => <li>{readWords(words, read)}</li>)}</ul>
    </>
  );
}
