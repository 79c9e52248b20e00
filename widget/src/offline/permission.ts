// What may be offered to someone who did not ask for it (chatbot/permission.py), in one draft.
import type { Offensive } from "./offensive";
import { cut, mixesScripts } from "./typing";
import type { DialogueMemory } from "./word_memory";

/** What may stand after the dots of "e.g.", "a.m.", "49.99", and begins no sentence. */
const isFragment = (word: string): boolean => /^(?:\d.*|[^aio])$/i.test(word);

interface Written {
  /** Words that were refused here. */
  readonly avoid: readonly string[];
  /** What was said before, oldest first. */
  readonly turns: readonly string[];
  /** The half-typed word. */
  readonly half: string;
  readonly memory: DialogueMemory;
}

export class Permission {
  readonly #leftOut: Set<string>;
  readonly #last: string;
  readonly #memory: DialogueMemory;
  readonly #offensive: Offensive;

  readonly #ownTurns: readonly string[];

  constructor({ avoid, turns, half, memory }: Written, offensive: Offensive) {
    this.#memory = memory;
    // The last turn is the other's.
    this.#ownTurns = turns.filter((_, i) => (turns.length - i) % 2 === 0);
    this.#offensive = offensive;
    this.#last = memory.before.at(-1) ?? "";
    this.#leftOut = new Set(avoid.map((word) => word.toLowerCase()));
    // The word that was just written, unless somebody writes it twice in a row.
    if (!half && !memory.isDoubled(this.#last)) this.#leftOut.add(this.#last.toLowerCase());
  }

  /** Whether `word` may be offered where the caret is. */
  first(word: string): boolean {
    return !this.#leftOut.has(word.toLowerCase()) && this.#mayFollow(this.#last, word);
  }

  /** Whether the words of `phrase` that follow its first may be offered there. */
  further(phrase: string): boolean {
    return phrase.split(/[,.;:!?]* /).every((word, i, all) => {
      const before = all[i - 1];
      if (before === undefined) return true;
      return before.toLowerCase() !== word.toLowerCase() && this.#mayFollow(before, word);
    });
  }

  #mayFollow(before: string, word: string): boolean {
    if (this.#offensive.hasPair(before, word) || (before === "." && isFragment(word))) return false;
    if (this.#memory.wrote(word) || !(this.#offensive.has(word) || mixesScripts(word))) return true;
    return this.#ownTurns.some((turn) => cut(turn.toLowerCase()).includes(word.toLowerCase()));
  }
}
