// Makes an edit of a word or phrase: what to put where, in the case and spacing of what is typed
// (chatbot/edit.py).
import type { Suggestion } from "../offer";
import { isInsideWord } from "./following";
import { isSpaceDue } from "./gap";
import { foldQuotes, halfTyped } from "./typing";

/** Put a phrase where the half-typed word of `text` stands. */
export function edited(text: string, after: string, phrase: string, probability: number): Suggestion {
  // What stands already stays as it was typed, unless a slip is mended: quotes may differ from the
  // network's.
  const typed = halfTyped(text);
  const whole = goesOn(phrase, foldQuotes(typed)) ? inCase(typed, phrase) : phrase;
  const lead = isSpaceDue(text) ? " " : "";
  const trail = isInsideWord(after) ? " " : "";
  const start = text.length - typed.length;
  return { text: whole, insert: lead + whole + trail, start, end: text.length, probability };
}

/** Whether `word` begins with `half`, in any case. */
export function goesOn(word: string, half: string): boolean {
  return word.toLowerCase().startsWith(half.toLowerCase());
}

/** Go on from `typed` in its case where the word's is another: "Wh", "WHERE" make "Where". */
function inCase(typed: string, phrase: string): string {
  const more = phrase.slice(typed.length);
  if (phrase.startsWith(foldQuotes(typed))) return typed + more;
  return typed + more.replace(/^[^ ]+/, (word) => {
    if ([...typed].length > 1 && isUpper(typed)) return word.toUpperCase();
    return isUpper(word) ? word.toLowerCase() : word;
  });
}

function isUpper(text: string): boolean {
  return text === text.toUpperCase() && text !== text.toLowerCase();
}
