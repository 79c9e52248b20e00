// The body of a /v1/suggest answer, checked. Anything out of shape throws.
import type { Suggestion } from "./offer";

interface Sent {
  /** All that stands before the caret. */
  readonly text: string;
  /** Where in it, in UTF-16 units, the part that was sent starts. */
  readonly offset: number;
}

/** Read one; `points` are the characters that were sent: the server counts those, the DOM units. */
function readOne(item: unknown, points: readonly string[], { length: size }: string): Suggestion {
  const { text, insert, replace, probability } = item as Suggestion & { replace: number[] };
  const [start = -1, end = -1] = replace;
  const valid =
    typeof text === "string" &&
    typeof insert === "string" &&
    typeof probability === "number" &&
    0 <= start &&
    start <= end &&
    end <= points.length;
  if (!valid) throw new TypeError("not a suggestion");
  // From the end, because it is near.
  const unit = (index: number): number => size - points.slice(index).join("").length;
  return { text, insert, start: unit(start), end: unit(end), probability };
}

/** Read suggestions, with ranges in UTF-16 units of the whole text before the caret. */
export function readAnswer(body: unknown, { text, offset }: Sent): Suggestion[] {
  const { suggestions } = body as { suggestions: unknown[] };
  const points = Array.from(text.slice(offset));
  return suggestions
    .map((item) => readOne(item, points, text))
    .filter(({ insert, start, end }) => insert && insert !== text.slice(start, end));
}
