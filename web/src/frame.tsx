// What a page shows that is not the evidence itself: that something is under way, or what went wrong.
import { Component, type ComponentChildren } from "preact";
import type { Problem } from "./problem.ts";
import { useWords } from "./words.ts";

export function Frame({ heading, children }: { heading?: string; children: ComponentChildren }) {
  return (
    <main class="page">
      <h1>{heading ?? "trial-cds"}</h1>
      {children}
    </main>
  );
}

// What is under way, in words, above the shape of the page that comes.
export function Waiting({ text }: { text: string }) {
  return (
    <>
      <p role="status">{text}</p>
      <div class="skeleton" aria-hidden="true">
        <div class="bone tall" />
        <div class="columns">
          <div class="bone long" />
          <div class="bone" />
        </div>
      </div>
    </>
  );
}

export function ProblemWords({ problem, onTryAgain }: { problem: Problem; onTryAgain?: () => void }) {
  const words = useWords();
  const left = (history.state as { left?: unknown } | null)?.left;
  const again = typeof left === "string" && left !== "" ? `?iss=${encodeURIComponent(left)}` : "";
  return (
    <>
      <p role="alert">{problem.in(words)}</p>
      <p>
        {problem.next === "sign-in" && <a class="button" href={`./launch.html${again}`}>{words.say("sign-in.again")}</a>}
        {problem.next === "try-again" && onTryAgain !== undefined && (
          <button type="button" onClick={onTryAgain}>{words.say("evaluations.again")}</button>
        )}
      </p>
    </>
  );
}

// What cannot be drawn is said, never a blank page.
export class Guard extends Component<{ otherwise: ComponentChildren; children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };
  override componentDidCatch() {
    this.setState({ failed: true });
  }
  override render() {
    return this.state.failed ? this.props.otherwise : this.props.children;
  }
}
