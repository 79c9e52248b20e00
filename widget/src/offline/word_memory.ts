// Remembers the words of a dialogue: what was said once is likely to be said again
// (chatbot/word_memory.py).
import { keyOf, Recent } from "./recent";
import { cut } from "./typing";
import { expect, type Expectation, WordCounts } from "./word_counts";

/** Share of the memory in a word's probability; the network has the rest. */
export const WEIGHT = 0.1;
/**
 * UTF-16 units of the dialogue's end that count, and of the turn in which the last words are (the
 * server counts code points: with emoji it looks a little further back).
 */
const MOST = 2048;
const BEFORE = 256;
const KEPT = 64;

/** The words of earlier turns, and those of the turn being written up to the half-typed one. */
export class DialogueMemory {
  constructor(
    readonly layers: readonly WordCounts[],
    /** The last words of the turn being written. */
    readonly before: readonly string[],
  ) {}

  /** The words that may come next and begin with `half`. */
  expect(half: string): Expectation {
    return expect(this.layers, this.before, half);
  }

  /** How `word`, in lower case, was last written. */
  spelling(word: string): string {
    const newest = [...this.layers].reverse();
    const found = [false, true].flatMap((begun) => newest.map((layer) => layer.spelling(word, begun)));
    return found.find((written) => written !== undefined) ?? word;
  }

  /** Whether the turn being written holds `word` already, in any case. */
  wrote(word: string): boolean {
    return this.layers.at(-1)!.seen([]).has(word.toLowerCase());
  }

  /** Whether `word` was seen twice in a row, in any turn. */
  isDoubled(word: string): boolean {
    return this.layers.some((layer) => layer.isDoubled(word));
  }
}

export class WordMemories {
  readonly #kept = new Recent<WordCounts>(KEPT);

  /** The memory of `turns`, and of the turn being written up to its half-typed word. */
  open(turns: readonly string[], text: string): DialogueMemory {
    const written = end(text, MOST);
    const said = recent(turns, MOST - written.length);
    const here = this.#recall([written]);
    return new DialogueMemory(said.length ? [this.#recall(said), here] : [here], cut(written.slice(-BEFORE)));
  }

  /** Count the words of turns, once: they are the same for every key of a word, or message. */
  #recall(said: readonly string[]): WordCounts {
    const key = keyOf(said);
    const known = this.#kept.get(key);
    if (known) return known;
    const counts = new WordCounts();
    for (const text of said) counts.add(text);
    this.#kept.set(key, counts);
    return counts;
  }
}

/** The last `room` units of what was said, oldest first. */
function recent(turns: readonly string[], room: number): string[] {
  const kept: string[] = [];
  for (let i = turns.length - 1; i >= 0 && room > 0; i--) {
    kept.push(end(turns[i]!, room));
    room -= turns[i]!.length;
  }
  return kept.reverse();
}

/** The last `most` units of `text`, from a word on. */
function end(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.slice(-most);
  return last.includes(" ") ? last.slice(last.indexOf(" ") + 1) : "";
}
