// Where a launch begins: with ?iss and ?launch from an EHR, otherwise with a choice of where the record is kept.
import { render } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Frame, ProblemWords } from "./frame.tsx";
import { Problem, problemOf } from "./problem.ts";
import { type Client, clientOf, readClients } from "./settings.ts";
import { signIn } from "./smart.ts";
import { Words, WordsProvider, firstLanguage } from "./words.ts";
import "./style.css";

type Stage = { at: "reading" } | { at: "choice"; clients: Client[] } | { at: "going"; name: string } | { at: "failed"; problem: Problem };

function Launch({ iss, launch, asked }: { iss: string | null; launch: string | null; asked: string | null }) {
  const words = useMemo(() => new Words(firstLanguage(asked)), [asked]);
  const [stage, setStage] = useState<Stage>({ at: "reading" });
  const fail = (thrown: unknown) =>
    setStage({ at: "failed", problem: problemOf(thrown, (why) => new Problem("launch.no-settings", { why }, "try-again")) });
  const go = (client: Client) => {
    setStage({ at: "going", name: client.name });
    signIn(client, launch, words).catch(fail);
  };
  const begin = async () => {
    const clients = await readClients(words);
    if (iss === null && clients.length === 0) throw new Problem("launch.none");
    if (iss === null) return setStage({ at: "choice", clients });
    const client = clientOf(clients, iss);
    if (client === undefined) throw new Problem("launch.unknown-server", { server: iss });
    go(client);
  };
  const start = () => void begin().catch(fail);
  useEffect(() => {
    document.documentElement.lang = words.language;
    document.title = words.say("launch.heading");
    start();
  }, []);
  return (
    <WordsProvider value={words}>
      <Frame heading={words.say("launch.heading")}>
        {stage.at === "reading" && <p role="status">{words.say("page.loading")}</p>}
        {stage.at === "going" && <p role="status">{words.say("launch.going", { name: stage.name })}</p>}
        {stage.at === "choice" && (
          <section class="panel" aria-label={words.say("launch.heading")}>
            <p>{words.say("launch.choose")}</p>
            <ul class="choices">
              {stage.clients.map((client) => (
                <li>
                  <button type="button" onClick={() => go(client)}>{words.say("launch.sign-in", { name: client.name })}</button>
                  <span class="quiet code"> {client.iss}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
        {stage.at === "failed" && <ProblemWords problem={stage.problem} onTryAgain={start} />}
      </Frame>
    </WordsProvider>
  );
}

const query = new URLSearchParams(location.search);
render(<Launch iss={query.get("iss")} launch={query.get("launch")} asked={query.get("language")} />, document.getElementById("page")!);
