// What the server suggested for a text, and what is left of it as the user types on. Pure.

/** One edit: put `insert` where `start` to `end` (UTF-16, in the text before the caret) stands. */
export interface Suggestion {
  readonly text: string;
  readonly insert: string;
  readonly start: number;
  readonly end: number;
  readonly probability: number;
}

/** The suggestions for `text`, all that stands before the caret. */
export interface Offer {
  readonly text: string;
  readonly words: readonly Suggestion[];
  /** The one drawn after the caret; null when none can be or none is likely enough. */
  readonly ghost: Suggestion | null;
  /** Whether a fresh answer would tell more: typing went against the ghost, or against some word. */
  readonly partial: boolean;
}

/** The text before the caret once `suggestion` is accepted. */
export function outcome(text: string, suggestion: Suggestion): string {
  return text.slice(0, suggestion.start) + suggestion.insert + text.slice(suggestion.end);
}

/** What accepting adds after `text`, or "" when it would change what is already typed. */
export function remainder(text: string, suggestion: Suggestion): string {
  const after = outcome(text, suggestion);
  return after.startsWith(text) ? after.slice(text.length) : "";
}

/** The ghost for a new answer: the phrase, else the best word; whichever reaches `threshold`. */
export function chooseGhost(
  text: string,
  words: readonly Suggestion[],
  phrase: Suggestion | null,
  threshold: number,
): Suggestion | null {
  const chosen = [phrase, words[0]].find(
    (each) => each && each.probability >= threshold && remainder(text, each),
  );
  return chosen ?? null;
}

/** Whether `text` begins with a letter or a digit. */
export function isInsideWord(text: string): boolean {
  return /^[\p{L}\p{N}]/u.test(text);
}

const straight = (text: string): string => text.replace(/’/g, "'");

/** Whether `text` begins with `start`, its apostrophes of either shape, and there a word ends. */
function begins(text: string, start: string): boolean {
  return straight(text).startsWith(straight(start)) && !isInsideWord(text.slice(start.length));
}

/** Whether what `suggestion` would write stands `after` the caret already, on the same line. */
export function standsThere(text: string, suggestion: Suggestion, after: string): boolean {
  return (
    begins(text + after, outcome(text, suggestion)) ||
    begins(after.replace(/^ +/, "").toLowerCase(), suggestion.insert.trim().toLowerCase())
  );
}

/** The row whose word the ghost begins with; -1 when the ghost says something else. */
export function ghostRow(offer: Offer): number {
  const { ghost, text, words } = offer;
  if (!ghost) return 0;
  const said = outcome(text, ghost);
  return words.findIndex((word) => begins(said, outcome(text, word)));
}

/** What remains of `offer` now that `text` stands before the caret; null when nothing does. */
export function narrow(offer: Offer, text: string, after: string): Offer | null {
  if (!text.startsWith(offer.text)) return null;
  const grown = (suggestion: Suggestion): Suggestion[] => {
    const typed = text.slice(suggestion.start).toLowerCase();
    const agrees =
      suggestion.end === offer.text.length &&
      suggestion.insert.length > typed.length &&
      suggestion.insert.toLowerCase().startsWith(typed);
    const left = { ...suggestion, end: text.length };
    return agrees && !standsThere(text, left, after) ? [left] : [];
  };
  const words = offer.words.flatMap(grown);
  const kept = offer.ghost && grown(offer.ghost).find((ghost) => remainder(text, ghost));
  const ghost = kept ?? null;
  if (!words.length && !ghost) return null;
  const through = offer.ghost ? ghost : words.length === offer.words.length;
  // What once was partial stays it, however well the rest agrees: its answer may not have come.
  return { text, words, ghost, partial: offer.partial || !through };
}

/** Whether `text`, typed on after `offer`, goes against all of it. */
export function contradicts(offer: Offer, text: string): boolean {
  const agrees = ({ insert, start }: Suggestion): boolean => {
    const said = insert.toLowerCase();
    const typed = text.slice(start).toLowerCase();
    return said.startsWith(typed) || typed.startsWith(said);
  };
  return text.startsWith(offer.text) && ![offer.ghost ?? [], offer.words].flat().some(agrees);
}
