// The body of a /v1/suggest answer, checked. Anything out of shape throws.
import type { Answer } from "./client";
import type { Suggestion } from "./offer";

/**
 * Read suggestions, with ranges in UTF-16 units of `text`: all that stands before the caret, of which
 * the part from `offset` was sent.
 */
export function readAnswer(body: unknown, text: string, offset: number): Answer {
  const { suggestions, phrase } = body as { suggestions: unknown[]; phrase?: unknown };
  // The characters that were sent: the server counts those, the DOM units.
  const points = [...text.slice(offset)];
  // From the end, because it is near.
  const unit = (index: number): number => text.length - points.slice(index).join("").length;
  const read = (item: unknown): Suggestion => {
    const { text, insert, replace, probability } = item as Suggestion & {
      replace: [number, number];
    };
    const [start, end] = replace;
    const valid =
      typeof insert === "string" &&
      typeof text === "string" &&
      probability === +probability &&
      0 <= start &&
      start <= end &&
      end <= points.length;
    if (!valid) throw new TypeError();
    return { text, insert, start: unit(start), end: unit(end), probability };
  };
  return { words: suggestions.map(read), phrase: phrase ? read(phrase) : null };
}
