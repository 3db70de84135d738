// The page: reads the evaluation that its address names (?evidence=, on this server only) in the language that is
// asked for, and shows it.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { evidence } from "./check.ts";
import { Evidence } from "./evidence.tsx";
import type { EvidenceData } from "./evaluation.ts";
import { LANGUAGES, Words } from "./words.ts";
import "./style.css";

type Loaded = { data: EvidenceData } | { why: string } | "loading";

async function load(address: string, words: Words): Promise<Loaded> {
  const url = URL.canParse(address, location.href) ? new URL(address, location.href) : null;
  if (url === null || url.origin !== location.origin) return { why: words.say("page.failed-address") };
  url.searchParams.set("language", words.language);
  let answer: Response;
  try {
    answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "omit" });
  } catch {
    return { why: words.say("page.failed-network") };
  }
  if (!answer.ok) return { why: words.say("page.failed-status", { status: answer.status }) };
  const value: unknown = await answer.json().catch(() => null);
  const fault = evidence(value, "");
  return fault === null ? { data: value as EvidenceData } : { why: words.say("page.failed-content", { place: fault }) };
}

function firstLanguage(asked: string | null): string {
  const wanted = [asked, ...navigator.languages].map((one) => one?.slice(0, 2).toLowerCase());
  return wanted.find((one) => one !== undefined && one in LANGUAGES) ?? "en";
}

function Page({ address, asked }: { address: string | null; asked: string | null }) {
  const [language, setLanguage] = useState(firstLanguage(asked));
  const [loaded, setLoaded] = useState<Loaded>("loading");
  const words = new Words(language);
  useEffect(() => {
    let current = true;
    document.documentElement.lang = language;
    if (address !== null)
      void load(address, words).then((result) => current && setLoaded(result));
    return () => {
      current = false;
    };
  }, [address, language]);
  if (address === null) return <main class="page"><h1>trial-cds</h1><p>{words.say("page.nothing-asked")}</p></main>;
  if (loaded === "loading")
    return <main class="page"><h1>trial-cds</h1><p role="status">{words.say("page.loading")}</p></main>;
  if ("why" in loaded)
    return <main class="page"><h1>trial-cds</h1><p role="alert">{words.say("page.failed", { why: loaded.why })}</p></main>;
  return <Evidence data={loaded.data} language={language} onLanguage={setLanguage} />;
}

const query = new URLSearchParams(location.search);
render(<Page address={query.get("evidence")} asked={query.get("language")} />, document.getElementById("page")!);
