// What the user put away, and where: the word that would have come next, after the text before it.
import type { Options } from "./api";
import { outcome, remainder, type Suggestion } from "./offer";
import { turnsOf } from "./turns";

/** Refusals that are kept, which is also the most that the server takes. */
const MOST = 64;
/** UTF-16 units before the word that must be the same for it to be the same context. */
const CONTEXT = 128;
const NEXT_WORD = /[^\p{L}\p{N}]*[\p{L}\p{N}'’-]+/gu;

interface Place {
  readonly before: string;
  readonly word: string;
}

/** The text as it would be after each word of `suggestion` that is not there yet. */
function steps(text: string, suggestion: Suggestion): readonly string[] {
  const words = remainder(text, suggestion).match(NEXT_WORD);
  return words?.map((word) => (text += word)) ?? [outcome(text, suggestion)];
}

export class Refusals {
  #kept: readonly Place[] = [];
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Remember that `suggestion` was put away; of a phrase, its next word. */
  add(text: string, suggestion: Suggestion): void {
    this.#kept = [...this.#kept, this.#place(steps(text, suggestion)[0]!)].slice(-MOST);
  }

  /** Whether any word of `suggestion` was put away where it would stand. */
  include(text: string, suggestion: Suggestion): boolean {
    return steps(text, suggestion).some((said) => this.at(said).includes(this.#place(said).word));
  }

  /** The words that were put away where the last word of `text` stands. */
  at(text: string): string[] {
    const { before } = this.#place(text);
    return this.#kept.filter((place) => place.before === before).map(({ word }) => word);
  }

  /** Cut what was said last into what is settled and the word that is being typed. */
  #place(text: string): Place {
    const last = turnsOf(this.#options).at(-1) ?? "";
    // Cut first: the search below begins anew at each of them.
    const tail = `${last.slice(-CONTEXT)}\n${text.slice(-2 * CONTEXT)}`.toLowerCase();
    const at = tail.search(/ *([\p{L}\p{N}][\p{L}\p{N}'’-]*)?$/u);
    return { before: tail.slice(0, at).slice(-CONTEXT), word: tail.slice(at).trim() };
  }
}
