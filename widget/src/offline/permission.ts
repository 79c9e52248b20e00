// What may be offered to someone who did not ask for it (chatbot/permission.py), in one draft.
import { type Offensive, wordsOf } from "./offensive";
import type { Question } from "./question";
import { cut, foldQuotes, mixesScripts } from "./typing";

/** UTF-16 units of the text being written in which its own words are looked for. */
const OWN = 2048;

export class Permission {
  readonly #leftOut: Set<string>;
  readonly #last: string;
  readonly #own: Set<string>;
  readonly #offensive: Offensive;

  /** `settled` is the text before the half-typed word, `half`. */
  constructor({ turns, avoid }: Question, settled: string, half: string, offensive: Offensive) {
    const before = settled.slice(-OWN);
    this.#offensive = offensive;
    this.#own = wordsOf(foldQuotes(before));
    this.#last = cut(before).at(-1) ?? "";
    this.#leftOut = new Set(avoid.map((word) => word.toLowerCase()));
    // The word that was just written, unless somebody writes it twice in a row.
    if (!half && !isDoubled(this.#last, [...turns, before])) this.#leftOut.add(this.#last);
  }

  /** Whether `word` may be offered where the caret is. */
  first(word: string): boolean {
    return !this.#leftOut.has(word.toLowerCase()) && this.#mayFollow(this.#last, word);
  }

  /** Whether the words of `phrase` that follow its first may be offered there. */
  further(phrase: string): boolean {
    return phrase.split(" ").every((word, i, all) => {
      const before = all[i - 1];
      if (before === undefined) return true;
      return before.toLowerCase() !== word.toLowerCase() && this.#mayFollow(before, word);
    });
  }

  #mayFollow(before: string, word: string): boolean {
    if (this.#offensive.hasPair(before, word)) return false;
    return this.#own.has(word.toLowerCase()) || !(this.#offensive.has(word) || mixesScripts(word));
  }
}

/** Whether anybody writes `word` twice in a row. */
function isDoubled(word: string, texts: readonly string[]): boolean {
  return texts.map(cut).some((words) => words.some((w, i) => w === word && w === words[i + 1]));
}
