// The shapes of a status. Each stands beside its word and is hidden from a screen reader.
import type { Shape } from "./status.ts";

const PATHS: Record<Shape, preact.JSX.Element> = {
  tick: <path d="M4 9.5 7.5 13 14 5.5" />,
  cross: <path d="M5 5 13 13M13 5 5 13" />,
  question: (
    <>
      <path d="M6.2 7A2.8 2.8 0 1 1 9 9.7V11" />
      <path d="M9 13.6v.2" />
    </>
  ),
  ring: <circle cx="9" cy="9" r="6" stroke-dasharray="3 2.3" />,
  lens: (
    <>
      <circle cx="8" cy="8" r="4.8" />
      <path d="M11.6 11.6 15.2 15.2" />
    </>
  ),
  clock: (
    <>
      <circle cx="9" cy="9" r="6.5" />
      <path d="M9 5.2V9l2.6 1.8" />
    </>
  ),
};

export function Icon({ shape }: { shape: Shape }) {
  return (
    <svg class="icon" viewBox="0 0 18 18" aria-hidden="true" focusable="false">
      {PATHS[shape]}
    </svg>
  );
}
