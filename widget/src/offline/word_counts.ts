// Counts the words that were written, and says which come next and how likely: a cache over words
// with no training (chatbot/word_counts.py says how).
import { cut } from "./typing";

/** Words that are looked at together: a word after the two before it, at the most. */
const ORDERS = 3;
/** Stands before the first word of a turn. */
const START = "";
/** What stands before the first word of a sentence. */
const ENDS = new Set([START, ..."\n.!?"]);
/** Words looked at where nothing is typed and no context is known: the others can't win. */
const COMMON = 64;
/** Counted as words that were never seen: two words foretell no third. */
const FEW = 10;

type Counts = Map<string, number>;
const NONE: Counts = new Map();

/** The words that agree with what is typed. */
export interface Expectation {
  /** The probability of each word, in lower case. */
  readonly chances: ReadonlyMap<string, number>;
  /** The probability of all that agrees with it, what is typed as a whole word too. */
  readonly mass: number;
}

export class WordCounts {
  /** By the words before, joined by spaces, of 0 to `ORDERS` - 1 words. */
  readonly #counts = Array.from({ length: ORDERS }, () => new Map<string, Counts>());
  readonly #written = new Map<string, string>();
  /** With a capital that may be the sentence's. */
  readonly #begun = new Map<string, string>();

  /** Count a turn. */
  add(text: string): void {
    let before = Array<string>(ORDERS - 1).fill(START);
    for (const written of cut(text)) {
      const word = written.toLowerCase();
      for (let order = 0; order < ORDERS; order++) {
        const context = before.slice(ORDERS - 1 - order).join(" ");
        const seen = this.#counts[order]!.get(context) ?? new Map<string, number>();
        this.#counts[order]!.set(context, seen.set(word, (seen.get(word) ?? 0) + 1));
      }
      const isBegun = ENDS.has(before.at(-1)!) && /^\p{Lu}/u.test(written);
      const isShouted = written.length > 1 && written === written.toUpperCase() && written !== word;
      (isBegun || isShouted ? this.#begun : this.#written).set(word, written);
      before = [...before, word].slice(1);
    }
  }

  /** The words that came after the words `context`, in lower case, and how often. */
  seen(context: readonly string[]): Counts {
    return this.#counts[context.length]!.get(context.join(" ")) ?? NONE;
  }

  /** How a word was last written; with the capital of a sentence, or a shout, only with `begun`. */
  spelling(word: string, begun: boolean): string | undefined {
    return (begun ? this.#begun : this.#written).get(word);
  }

  /** Whether `word`, in any case, was seen twice in a row. */
  isDoubled(word: string): boolean {
    return this.seen([word.toLowerCase()]).has(word.toLowerCase());
  }

  /** The words that begin with `half`, after any word; where it is empty, the most common ones. */
  beginningWith(half: string): [string, number][] {
    const anywhere = [...this.seen([])];
    // By the alphabet, as the server: the first of two that are as probable is shown first.
    if (half) return anywhere.filter(([word]) => word.startsWith(half)).sort(([a], [b]) => (a < b ? -1 : 1));
    return anywhere.sort(([, a], [, b]) => b - a).slice(0, COMMON);
  }
}

/** What comes after `before` and begins with `half`; the layers' counts are added. */
export function expect(layers: readonly WordCounts[], before: readonly string[], half: string): Expectation {
  const begun = half.toLowerCase();
  const lower = before.map((word) => word.toLowerCase());
  const last = [...Array<string>(ORDERS - 1).fill(START), ...lower].slice(1 - ORDERS);
  const chances = new Map<string, number>();
  let left = 1;
  let mass = 0;
  for (let order = ORDERS - 1; order >= 0; order--) {
    const context = last.slice(ORDERS - 1 - order);
    const known = layers.filter((layer) => layer.seen(context).size);
    if (!known.length) continue;
    const kinds = new Set(known.flatMap((layer) => [...layer.seen(context).keys()])).size;
    const fresh = kinds + (order ? 0 : FEW);
    const total = fresh + known.reduce((sum, layer) => sum + countOf(layer.seen(context).values()), 0);
    for (const layer of known) {
      const found = agreeing(layer, context, begun, lower.at(-1));
      for (const [word, count] of found.words) {
        chances.set(word, (chances.get(word) ?? 0) + (left * count) / total);
      }
      mass += (left * found.count) / total;
    }
    left *= fresh / total;
  }
  const isWord = (word: string): boolean => /^[\p{L}\p{N}]/u.test(word) && word !== begun;
  return { chances: new Map([...chances].filter(([word]) => isWord(word))), mass };
}

/** The words after `context` that begin with `half`, and the count of all that do. */
function agreeing(
  layer: WordCounts,
  context: readonly string[],
  half: string,
  before: string | undefined,
): { readonly words: [string, number][]; readonly count: number } {
  const seen = layer.seen(context);
  if (context.length) {
    const words = [...seen].filter(([word]) => word.startsWith(half));
    return { words, count: countOf(half ? words.map(([, count]) => count) : seen.values()) };
  }
  // A word comes twice in a row only where it was seen so. With nothing typed not all words were
  // looked at, but all agree.
  const found = layer.beginningWith(half);
  const words = found.filter(([word]) => word !== before);
  if (half) return { words, count: countOf(words.map(([, count]) => count)) };
  const repeated = found.find(([word]) => word === before)?.[1] ?? 0;
  return { words, count: countOf(seen.values()) - repeated };
}

function countOf(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
