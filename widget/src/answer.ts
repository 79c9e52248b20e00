// The body of a /v1/suggest answer, checked. Anything out of shape throws.
import type { Suggestion } from "./offer";
import { codePoints, unitIndex } from "./text";

interface Sent {
  /** All that stands before the caret. */
  readonly text: string;
  /** Where in it, in UTF-16 units, the part that was sent starts. */
  readonly offset: number;
}

function isRange(value: unknown, length: number): value is [number, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [start, end] = value as unknown[];
  return (
    Number.isInteger(start) &&
    Number.isInteger(end) &&
    0 <= (start as number) &&
    (start as number) <= (end as number) &&
    (end as number) <= length
  );
}

function readOne(item: unknown, sent: string, length: number, offset: number): Suggestion {
  const { text, insert, replace, probability } = item as Record<string, unknown>;
  const valid =
    typeof text === "string" &&
    typeof insert === "string" &&
    typeof probability === "number" &&
    isRange(replace, length);
  if (!valid) throw new TypeError("not a suggestion");
  const [start, end] = replace;
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
  const items = (body as { suggestions?: unknown } | null)?.suggestions;
  if (!Array.isArray(items)) throw new TypeError("not a list of suggestions");
  const sent = text.slice(offset);
  const length = codePoints(sent);
  return items
    .map((item) => readOne(item, sent, length, offset))
    .filter(({ insert, start, end }) => insert && insert !== text.slice(start, end));
}
