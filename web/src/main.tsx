// The page: shows the evaluation that its address names (?evidence=, on this server only), or the one that a sign-in
// gives that has come back (?code and ?state), in the language that is asked for.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { evidence } from "./check.ts";
import { Evidence } from "./evidence.tsx";
import type { EvidenceData } from "./evaluation.ts";
import { Frame, Guard, ProblemWords, Waiting } from "./frame.tsx";
import { Problem } from "./problem.ts";
import { Session, takeReturn } from "./session.tsx";
import { Words, WordsProvider, firstLanguage } from "./words.ts";
import "./style.css";

type Loaded = { data: EvidenceData } | { why: string } | "loading";

async function load(address: string, words: Words): Promise<Loaded> {
  const url = URL.canParse(address, location.href) ? new URL(address, location.href) : null;
  if (url === null || url.origin !== location.origin) return { why: words.say("page.failed-address") };
  url.searchParams.set("language", words.language);
  let answer: Response;
  try {
    answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "omit", redirect: "error" });
  } catch {
    return { why: words.say("page.failed-network") };
  }
  if (!answer.ok) return { why: words.say("page.failed-status", { status: answer.status }) };
  const value: unknown = await answer.json().catch(() => null);
  const fault = evidence(value, "");
  return fault === null ? { data: value as EvidenceData } : { why: words.say("page.failed-content", { place: fault }) };
}

interface Spoken {
  language: string;
  onLanguage: (language: string) => void;
}

function Named({ address, language, onLanguage }: Spoken & { address: string }) {
  const [loaded, setLoaded] = useState<Loaded>("loading");
  const words = new Words(language);
  useEffect(() => {
    let current = true;
    void load(address, words).then((result) => current && setLoaded(result));
    return () => {
      current = false;
    };
  }, [address, language]);
  const failed = (why: string) => <Frame><p role="alert">{words.say("page.failed", { why })}</p></Frame>;
  if (loaded === "loading") return <Frame><Waiting text={words.say("page.loading")} /></Frame>;
  if ("why" in loaded) return failed(loaded.why);
  return (
    <Guard otherwise={failed(words.say("page.failed-draw"))}>
      <Evidence data={loaded.data} language={language} onLanguage={onLanguage} />
    </Guard>
  );
}

// Neither named nor returned: a page that was left or loaded again, or was opened by itself.
function Nothing({ language }: { language: string }) {
  const words = new Words(language);
  const wasSignedIn = (history.state as { left?: unknown } | null)?.left !== undefined;
  return (
    <WordsProvider value={words}>
      <Frame>
        {wasSignedIn
          ? <ProblemWords problem={new Problem("sign-in.left", {}, "sign-in")} />
          : <p>{words.say("page.nothing-asked")}</p>}
      </Frame>
    </WordsProvider>
  );
}

const query = new URLSearchParams(location.search);
const address = query.get("evidence");
const isReturn = query.has("code") || query.has("error") || query.has("state");
const taken = address === null && isReturn ? takeReturn(query) : null;

function Page() {
  const [language, onLanguage] = useState(firstLanguage(query.get("language")));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  if (address !== null) return <Named address={address} language={language} onLanguage={onLanguage} />;
  if (taken !== null) return <Session taken={taken} language={language} onLanguage={onLanguage} />;
  return <Nothing language={language} />;
}

render(<Page />, document.getElementById("page")!);
