// A card that is put away for a patient, with the reason, and taken back.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Card, Coding, Evaluations } from "./evaluations.ts";
import { Problem, problemOf } from "./problem.ts";
import { ProblemWords } from "./frame.tsx";
import { useWords } from "./words.ts";

type State = "shown" | "menu" | "away" | "undone";

export function PutAway({ card, reasons, evaluations }: { card: Card; reasons: Coding[]; evaluations: Evaluations }) {
  const words = useWords();
  const [state, setState] = useState<State>(card.stays_away ? "away" : "shown");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const undo = useRef<HTMLButtonElement>(null);
  const moved = useRef(false); // by somebody, not by the page's own loading
  useEffect(() => {
    if (!moved.current) return;
    (state === "away" ? undo : opener).current?.focus();
  }, [state]);
  if (card.no_card !== undefined && !card.stays_away) return null; // there is no card to put away
  const change = async (to: State, ask: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await ask();
      moved.current = true;
      setState(to);
    } catch (thrown) {
      setProblem(problemOf(thrown, (why) => new Problem("evaluations.failed", { why })));
    }
    setBusy(false);
  };
  const put = (reason: Coding | null) => void change("away", () => evaluations.putAway(card.uuid, reason, words));
  const close = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || state !== "menu") return;
    moved.current = true;
    setState("shown");
  };
  return (
    <div class="away no-print" onKeyDown={close}>
      <p role="status">
        {state === "away" && words.say("away.done")}
        {state === "undone" && words.say("away.undone")}
      </p>
      {state === "away" ? (
        <button type="button" ref={undo} disabled={busy}
          onClick={() => void change("undone", () => evaluations.takeBack(card.uuid, words))}>
          {words.say("away.undo")}
        </button>
      ) : (
        <button type="button" ref={opener} aria-expanded={state === "menu"} onClick={() => setState(state === "menu" ? "shown" : "menu")}>
          {words.say("away.menu")}
        </button>
      )}
      {state === "menu" && (
        <div class="reasons">
          <p id="away-why">{words.say("away.why")}</p>
          <ul aria-labelledby="away-why">
            {reasons.map((reason) => (
              <li><button type="button" disabled={busy} onClick={() => put(reason)}>{reason.display}</button></li>
            ))}
            <li><button type="button" disabled={busy} onClick={() => put(null)}>{words.say("away.without")}</button></li>
          </ul>
        </div>
      )}
      {problem !== null && <ProblemWords problem={problem} />}
    </div>
  );
}
