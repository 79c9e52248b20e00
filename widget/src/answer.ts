// The body of a /v1/suggest answer, checked. Anything out of shape throws.
import type { Suggestion } from "./offer";
import { codePoints, unitIndex } from "./text";

interface Sent {
  /** All that stands before the caret. */
  readonly text: string;
  /** Where in it, in UTF-16 units, the part that was sent starts. */
  readonly offset: number;
}

function readOne(item: unknown, sent: string, length: number, offset: number): Suggestion {
  const { text, insert, replace, probability } = item as Suggestion & { replace: number[] };
  const [start = -1, end = -1] = replace;
  const valid =
    typeof text === "string" &&
    typeof insert === "string" &&
    typeof probability === "number" &&
    0 <= start &&
    start <= end &&
    end <= length;
  if (!valid) throw new TypeError("not a suggestion");
  return {
    text,
    insert,
    start: offset + unitIndex(sent, start),
    end: offset + unitIndex(sent, end),
    probability,
  };
}

/** Read suggestions, with ranges in UTF-16 units of the whole text before the caret. */
export function readAnswer(body: unknown, { text, offset }: Sent): Suggestion[] {
  const { suggestions } = body as { suggestions: unknown[] };
  const sent = text.slice(offset);
  const length = codePoints(sent);
  return suggestions
    .map((item) => readOne(item, sent, length, offset))
    .filter(({ insert, start, end }) => insert && insert !== text.slice(start, end));
}
