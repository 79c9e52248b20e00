// A text that is being typed: what of it is settled, and the word at its end. The server's own rules
// (tokenizer/text.py, chatbot/words.py).
import { toBytes } from "./bytes";

/** What stands on a letter or joins letters; no sign of how an emoji is drawn. */
const MARK = String.raw`(?:[\u200c\u200d]|(?![\ufe00-\u{10ffff}])\p{M})`;
const LETTERS = String.raw`[\p{L}\p{N}]+(?:${MARK}+[\p{L}\p{N}]*)*`;
/** A pattern: letters and digits, inner apostrophes and hyphens. */
export const WORD = `${LETTERS}(?:['\u2019-]${LETTERS})*`;
const WHOLE = new RegExp(`^${WORD}$`, "u");
const TOKEN = new RegExp(`${WORD}|[.,!?;:\n]`, "gu");
const HALF = new RegExp(`${LETTERS}(?:['\u2019-](?:${LETTERS})?)*$`, "u");
// As in words.py, by ranges: Python's patterns know no scripts.
const LATIN = /[0-9A-Za-z\u00c0-\u024f\u1e00-\u1eff]/;
const OTHER = /(?![\u0000-\u024f\u1e00-\u1eff])[\p{L}\p{Nl}\p{No}]/u;
/** A word is short: looking at the end keeps the cost off the length of the text. */
const LONGEST = 128;
const FOLDED: Record<string, string> = {
  "\u2018": "'",
  "\u2019": "'",
  "\u201c": '"',
  "\u201d": '"',
  "\xa0": " ",
};

/** Whether `text` is one word: letters and digits, inner apostrophes and hyphens. */
export function isWord(text: string): boolean {
  return WHOLE.test(text);
}

/** Cut `text` into words and signs, as they are written. */
export function cut(text: string): string[] {
  return foldQuotes(text).match(TOKEN) ?? [];
}

/** The word that is being typed at the end of `text`, perhaps "". */
export function halfTyped(text: string): string {
  return HALF.exec(text.slice(-LONGEST))?.[0] ?? "";
}

/** Make curly quotes straight, as in the training text. Keeps the length. */
export function foldQuotes(text: string): string {
  return text.replace(/[\u2018\u2019\u201c\u201d\xa0]/g, (sign) => FOLDED[sign]!);
}

/** What is settled of `text`, and the bytes of its last word, led by the space of its spelling. */
export function settle(text: string): [settled: string, typed: string] {
  const cut = Math.max(text.lastIndexOf(" "), text.lastIndexOf("\n"), 0);
  const start = text[cut] === "\n" ? cut + 1 : cut;
  const settled = text.slice(0, start);
  const rest = text.slice(start);
  const freshLine = !settled || settled.endsWith("\n");
  return [settled, toBytes((freshLine && rest ? " " : "") + rest)];
}

/** Whether a word has Latin letters, or digits, and letters of another script. */
export function mixesScripts(word: string): boolean {
  return OTHER.test(word) && LATIN.test(word);
}
