// Evidence: one patient held against every trial of a site, as a page. A pure view: the same documents give the
// same page, and nothing is asked of a server here.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { PutAway } from "./away.tsx";
import { Chart } from "./chart.tsx";
import { dayWithAge } from "./dates.ts";
import { CriterionRow } from "./criterion.tsx";
import { DrugChart } from "./drugs.tsx";
import type { Evaluation, EvidenceData } from "./evaluation.ts";
import type { Answer, Evaluations, Read } from "./evaluations.ts";
import { Icon } from "./icon.tsx";
import { limits, noteText } from "./note.ts";
import { NotUnderstoodPanel, OpenPanel, ReadPanel } from "./panels.tsx";
import { type Banner, bannerOf } from "./patient.ts";
import { Gaps } from "./reads.tsx";
import { RecordsProvider, indexOf } from "./records.tsx";
import { seriesOf, withResults } from "./series.ts";
import { type Row, type Standing, exclusionWords, isFutureMatch, likeliestFirst, rowsOf, trialWords } from "./status.ts";
import { type Id, LANGUAGES, Words, WordsProvider, useWords } from "./words.ts";

function PatientBanner({ banner, asOf, onLanguage }: {
  banner: Banner;
  asOf: string;
  onLanguage: (language: string) => void;
}) {
  const words = useWords();
  return (
    <header class="banner">
      <div class="banner-inner">
        <p class="patient figures">
          <strong><bdi>{banner.name}</bdi></strong>
          <bdi>{banner.born}</bdi>
          <span>{banner.sex}</span>
          {banner.died !== "" && <strong class="died"><bdi>{banner.died}</bdi></strong>}
          {banner.identifier !== "" && <bdi>{banner.identifier}</bdi>}
        </p>
        <p class="tools">
          <span class="figures quiet">{words.say("page.data-as-of", { day: asOf })}</span>
          <button type="button" class="no-print" onClick={() => window.print()}>{words.say("page.print")}</button>
          <label class="no-print">
            <span class="hidden">{words.say("page.language")}</span>
            <select value={words.language} onChange={(event) => onLanguage(event.currentTarget.value)}>
              {Object.entries(LANGUAGES).map(([code, name]) => <option value={code} lang={code}>{name}</option>)}
            </select>
          </label>
        </p>
      </div>
    </header>
  );
}

function TrialChoice({ trials, chosen, choose }: {
  trials: Evaluation[];
  chosen: string;
  choose: (trial: string) => void;
}) {
  const words = useWords();
  return (
    <nav class="trials" aria-label={words.say("trials.several")}>
      {trials.map((trial) => (
        <button type="button" aria-current={trial.trial === chosen ? "true" : undefined} onClick={() => choose(trial.trial)}>
          <strong>{trial.about.short_title ?? trial.trial}</strong>
          <span>{trialWords(words, trial)}</span>
        </button>
      ))}
    </nav>
  );
}

function CopyButton({ text }: { text: string }) {
  const words = useWords();
  const [state, setState] = useState<"idle" | "copied" | "by-hand">("idle");
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => setState("idle"), [text]);
  useEffect(() => {
    if (state === "by-hand") area.current?.select();
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
    } catch {
      setState("by-hand");
    }
  };
  return (
    <div class="copy no-print">
      <button type="button" onClick={copy}>{words.say("page.copy")}</button>
      <span role="status">
        {state === "copied" && words.say("page.copied")}
        {state === "by-hand" && words.say("page.copy-by-hand")}
      </span>
      {state === "by-hand" && <textarea ref={area} readOnly rows={12} aria-label={words.say("page.note")} value={text} />}
    </div>
  );
}

function RegistryLink({ address, text }: { address: string | undefined; text: string }) {
  if (!address?.startsWith("https://")) return <span>{text}</span>;
  return <a href={address} target="_blank" rel="noreferrer">{text}</a>;
}

// Screening may start before the last washout ends, where that end falls within the screening period.
function endsDuringScreening({ screening_from, criteria }: Evaluation): boolean {
  return criteria.some(({ reason, clears_on }) =>
    reason === "pending" || (screening_from !== undefined && clears_on !== undefined && clears_on > screening_from));
}

const VERDICT_SHAPES = { potential_candidate: "lens", more_data_needed: "question", not_a_candidate: "cross" } as const;

// An address to write or go to is a link; anything else is said as it is.
function Contact({ contact }: { contact: string }) {
  const words = useWords();
  const address = /^https:\/\/\S+$/.test(contact) ? contact : /^\S+@\S+$/.test(contact) ? `mailto:${contact}` : undefined;
  return (
    <p class="contact">
      <strong>{words.pair(words.say("contact.study-team"), "")}</strong>
      {address === undefined ? contact : <a href={address} target="_blank" rel="noreferrer">{contact}</a>}
    </p>
  );
}

function Verdict({ evaluation, rows, banner, signedIn }: {
  evaluation: Evaluation;
  rows: Row[];
  banner: Banner;
  signedIn: SignedIn | undefined;
}) {
  const words = useWords();
  const { about, outcome } = evaluation;
  const inclusion = rows.filter((row) => row.criterion.kind === "inclusion");
  const open = rows.filter((row) => row.criterion.outcome === "unknown");
  const counts: [string, string][] = [
    [words.say("count.inclusion"), words.say("count.inclusion-value", {
      met: inclusion.filter((row) => row.standing === "met").length,
      all: inclusion.length,
    })],
    [words.say("count.exclusions"), exclusionWords(words, rows)],
    [words.say("count.open"), words.say("count.open-value", { count: open.length })],
  ];
  if (evaluation.screening_from !== undefined)
    counts.push([words.say("count.screening"), dayWithAge(words, evaluation.screening_from, evaluation.as_of)]);
  if (evaluation.window_closes_on !== undefined)
    counts.push([words.say("count.closes"), dayWithAge(words, evaluation.window_closes_on, evaluation.as_of)]);
  const waits = isFutureMatch(evaluation);
  const contact = signedIn?.answer.contacts[evaluation.trial];
  const card = signedIn?.answer.cards[evaluation.trial];
  return (
    <section class={`verdict ${waits ? "waits" : outcome}`} id="result" tabIndex={-1} aria-labelledby="verdict-heading">
      <p class="trial">
        <strong>{about.short_title}</strong>
        <RegistryLink address={about.registry} text={evaluation.trial} />
      </p>
      <h1 id="verdict-heading">
        <Icon shape={waits ? "clock" : VERDICT_SHAPES[outcome]} />
        <span>{trialWords(words, evaluation)}</span>
      </h1>
      {banner.died !== "" && <p class="died"><strong>{words.shared("remark.deceased")}</strong></p>}
      <p>{words.say("verdict.stands")}</p>
      <dl class="counts figures">
        {counts.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {endsDuringScreening(evaluation) && <p>{words.say("verdict.during-screening")}</p>}
      <Gaps reads={signedIn?.answer.reads} types={/./} />
      {contact !== undefined && <Contact contact={contact} />}
      <CopyButton text={noteText(words, evaluation, banner, contact)} />
      {signedIn !== undefined && card !== undefined && (
        <PutAway card={card} reasons={signedIn.answer.override_reasons} evaluations={signedIn.evaluations} />
      )}
    </section>
  );
}

function OpenAll({ section, heading }: { section: string; heading: string }) {
  const words = useWords();
  const [opened, setOpened] = useState(false);
  const toggle = () => {
    for (const row of document.querySelectorAll<HTMLDetailsElement>(`#${section} > * > details, #${section} > details`))
      row.open = !opened;
    setOpened(!opened);
  };
  return (
    <button type="button" class="link no-print" aria-describedby={heading} onClick={toggle}>
      {words.say(opened ? "criterion.close-all" : "criterion.open-all")}
    </button>
  );
}

const EXCLUSION_GROUPS: Standing[] = ["found", "waits", "check", "open", "none-found", "none-recorded"];

function Exclusions({ rows, labels, reads }: { rows: Row[]; labels: Evaluation["labels"]; reads: Read[] | undefined }) {
  const words = useWords();
  return (
    <section class="panel" id="exclusions" aria-labelledby="exclusion-heading">
      <div class="panel-head">
        <h2 id="exclusion-heading">{words.say("section.exclusion")}</h2>
        <OpenAll section="exclusions" heading="exclusion-heading" />
      </div>
      <Gaps reads={reads} types={/^(Condition|Procedure|Medication|ResearchSubject)/} />
      {EXCLUSION_GROUPS.map((group) => {
        const members = rows.filter((row) => row.standing === group);
        return members.length > 0 && (
          <div class="group">
            <h3>{`${words.say(`group.${group}` as Id)} (${members.length})`}</h3>
            {members.map((row) => <CriterionRow key={row.criterion.id} row={row} labels={labels} />)}
          </div>
        );
      })}
    </section>
  );
}

function TrialEvidence({ evaluation, banner, shown, signedIn }: {
  evaluation: Evaluation;
  banner: Banner;
  shown: string | undefined;
  signedIn: SignedIn | undefined;
}) {
  const reads = signedIn?.answer.reads;
  const words = useWords();
  const rows = useMemo(() => rowsOf(evaluation), [evaluation]);
  const series = useMemo(() => seriesOf(evaluation), [evaluation]);
  const { about, labels } = evaluation;
  return (
    <>
      <Verdict evaluation={evaluation} rows={rows} banner={banner} signedIn={signedIn} />
      <div class="columns">
        <div class="column">
          <section class="panel" id="inclusion" aria-labelledby="inclusion-heading">
            <div class="panel-head">
              <h2 id="inclusion-heading">{words.say("section.inclusion")}</h2>
              <OpenAll section="inclusion" heading="inclusion-heading" />
            </div>
            {rows.filter((row) => row.criterion.kind === "inclusion").map((row) => (
              <CriterionRow key={row.criterion.id} row={row} labels={labels} />
            ))}
          </section>
          <Exclusions rows={rows.filter((row) => row.criterion.kind === "exclusion")} labels={labels} reads={reads} />
        </div>
        <section class="panel charts" aria-labelledby="charts-heading">
          <h2 id="charts-heading">{words.say("section.charts")}</h2>
          <Gaps reads={reads} types={/^(Observation|Medication)/} />
          <DrugChart evaluation={evaluation} />
          {series.length === 0 && <p>{words.say("chart.nothing")}</p>}
          {series.map((one) => <Chart key={one.variable} series={one} asOf={evaluation.as_of} />)}
        </section>
      </div>
      <OpenPanel rows={rows} labels={labels} />
      <div class="columns even">
        <NotUnderstoodPanel evaluation={evaluation} />
        <ReadPanel evaluation={evaluation} shown={shown} reads={reads} />
      </div>
      <footer class="panel quiet">
        <h2>{words.say("section.about")}</h2>
        <p>{about.title}</p>
        <p>{limits(words, evaluation)}</p>
        {about.recruitment !== undefined && (
          <p>{words.shared("limits.status", { day: about.recruitment_as_of ?? "", status: about.recruitment })}</p>
        )}
        {about.registry !== undefined && (
          <p>
            {words.pair(words.say("about.registry"), "")}<RegistryLink address={about.registry} text={about.registry} />
          </p>
        )}
      </footer>
    </>
  );
}

// Of a sign-in: what the service said beside the evaluations, and whom to tell what becomes of a card.
export interface SignedIn {
  answer: Answer;
  evaluations: Evaluations;
}

export interface EvidenceProps {
  data: EvidenceData;
  language: string;
  onLanguage: (language: string) => void;
  signedIn?: SignedIn;
}

export function Evidence({ data, language, onLanguage, signedIn }: EvidenceProps) {
  const words = useMemo(() => new Words(language), [language]);
  const trials = useMemo(() => (signedIn === undefined ? likeliestFirst(data.trials) : data.trials).map(withResults), [data]);
  const records = useMemo(() => indexOf(data.bundle), [data]);
  const [chosen, choose] = useState(trials[0]?.trial);
  const [shown, setShown] = useState<string>();
  const evaluation = trials.find((trial) => trial.trial === chosen) ?? trials[0];
  useEffect(() => {
    document.documentElement.lang = words.language;
    if (evaluation !== undefined)
      document.title = words.say("page.title", { trial: evaluation.about.short_title ?? evaluation.trial });
  }, [words, evaluation]);
  useEffect(() => void performance.mark("evidence-shown"), []);
  useEffect(() => {
    const record = document.getElementById(records.get(shown ?? "")?.anchor ?? "");
    record?.scrollIntoView({ block: "start" });
    record?.querySelector("summary")?.focus();
  }, [shown]);
  if (evaluation === undefined) return <main class="page"><p>{words.say("page.no-trials")}</p></main>;
  const banner = bannerOf(data.bundle, evaluation.patient, evaluation.as_of, words);
  const open = (source: string) => {
    setShown(undefined); // so that the same record can be asked for again
    requestAnimationFrame(() => setShown(source));
  };
  return (
    <WordsProvider value={words}>
      <RecordsProvider value={{ asOf: evaluation.as_of, records, open }}>
        <a class="skip" href="#result">{words.say("page.skip")}</a>
        <PatientBanner banner={banner} asOf={evaluation.as_of} onLanguage={onLanguage} />
        <main class="page">
          {trials.length > 1 && <TrialChoice trials={trials} chosen={evaluation.trial} choose={choose} />}
          <TrialEvidence key={evaluation.trial} evaluation={evaluation} banner={banner} shown={shown} signedIn={signedIn} />
        </main>
      </RecordsProvider>
    </WordsProvider>
  );
}
