// A sign-in that has come back: the token, then the evaluation, then the evidence. All of it is in memory: what is
// left or loaded again must be signed in to again.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Evidence } from "./evidence.tsx";
import { type Answer, Evaluations } from "./evaluations.ts";
import { Frame, Guard, ProblemWords, Waiting } from "./frame.tsx";
import { Problem, problemOf } from "./problem.ts";
import { type Returned, accessOf, returned } from "./smart.ts";
import { Words, WordsProvider } from "./words.ts";

type Stage =
  | { at: "signing-in" }
  | { at: "reading"; evaluations: Evaluations }
  | { at: "shown"; evaluations: Evaluations; answer: Answer }
  | { at: "failed"; problem: Problem; evaluations?: Evaluations };

const failed = (thrown: unknown, evaluations?: Evaluations): Stage => ({
  at: "failed",
  problem: problemOf(thrown, (why) => new Problem("evaluations.failed", { why }, "try-again")),
  ...(evaluations && { evaluations }),
});

// Taken once, when the page is loaded: a code is good for one exchange.
export function takeReturn(parameters: URLSearchParams): Returned | Problem {
  try {
    return returned(parameters);
  } catch (thrown) {
    return problemOf(thrown, (why) => new Problem("sign-in.no-token", { why }, "sign-in"));
  }
}

export function Session({ taken, language, onLanguage }: {
  taken: Returned | Problem;
  language: string;
  onLanguage: (language: string) => void;
}) {
  const words = useMemo(() => new Words(language), [language]);
  const [stage, setStage] = useState<Stage>(
    taken instanceof Problem ? { at: "failed", problem: taken } : { at: "signing-in" });
  const asked = useRef(0); // of several answers under way the last one asked for is shown
  const read = async (evaluations: Evaluations) => {
    const number = ++asked.current;
    setStage((before) => (before.at === "shown" ? before : { at: "reading", evaluations }));
    try {
      const answer = await evaluations.evaluate(words);
      if (number === asked.current) setStage({ at: "shown", evaluations, answer });
    } catch (thrown) {
      if (number === asked.current) setStage(failed(thrown, evaluations));
    }
  };
  useEffect(() => {
    if (taken instanceof Problem) return;
    accessOf(taken).then((access) => read(new Evaluations(access)), (thrown) => setStage(failed(thrown)));
  }, []);
  useEffect(() => {
    document.documentElement.lang = words.language;
    if (stage.at === "shown") void read(stage.evaluations); // the sentences of the report are the service's
  }, [language]);
  if (stage.at === "shown")
    return (
      <WordsProvider value={words}>
        <Guard otherwise={<Frame><p role="alert">{words.say("page.failed", { why: words.say("page.failed-draw") })}</p></Frame>}>
          <Evidence data={stage.answer} language={language} onLanguage={onLanguage} signedIn={stage} />
        </Guard>
      </WordsProvider>
    );
  return (
    <WordsProvider value={words}>
      <Frame>
        {stage.at === "signing-in" && <Waiting text={words.say("stage.signing-in")} />}
        {stage.at === "reading" && (
          <Waiting text={words.say("stage.reading", { name: stage.evaluations.access.client.name })} />
        )}
        {stage.at === "failed" && (
          <ProblemWords problem={stage.problem} onTryAgain={() => stage.evaluations && void read(stage.evaluations)} />
        )}
      </Frame>
    </WordsProvider>
  );
}
