// Mixes what the network gives each word with what the dialogue's memory gives it: the network alone
// says whether a word comes, a memory which (chatbot/blend.py).
import { corrected } from "./misspellings";
import type { Ahead } from "./runner";
import { type Findings, LEAST } from "./search";
import type { Expectation } from "./word_counts";
import { type DialogueMemory, WEIGHT } from "./word_memory";

/** A word that may be suggested. */
export interface Candidate {
  readonly text: string;
  /** Given what is typed. */
  readonly probability: number;
  /** Where the network gets with it; null where the memory alone knows the word. */
  readonly ahead: Ahead | null;
}

/**
 * The words of both, each once whatever its case, the most probable first. `coming` is the network's
 * probability that a word comes here, whichever; the memory expects what is given. The network's way
 * of writing a word is kept.
 */
export function blend(
  found: Findings,
  memory: DialogueMemory,
  { chances, mass }: Expectation,
  half: string,
  coming: number,
): Candidate[] {
  const [left, share] = [1 - WEIGHT, coming * WEIGHT];
  const total = left * found.mass + share * mass;
  if (total <= 0) return [];
  const mixed = new Map(found.words.map(({ text, probability }) => [text.toLowerCase(), left * probability]));
  for (const [word, chance] of chances) mixed.set(word, (mixed.get(word) ?? 0) + share * chance);
  putRight(mixed, half.toLowerCase());
  const ours = new Map(found.words.map((each) => [each.text.toLowerCase(), each]));
  return [...mixed]
    .filter(([, probability]) => probability >= LEAST * total)
    .sort(([, a], [, b]) => b - a)
    .map(([word, probability]) => ({
      text: ours.get(word)?.text ?? memory.spelling(word),
      probability: Math.min(probability / total, 1),
      ahead: ours.get(word)?.ahead ?? null,
    }));
}

/** Give a listed misspelling's share to its word where that is there too: network and memory know both. */
function putRight(mixed: Map<string, number>, half: string): void {
  for (const [word, probability] of [...mixed]) {
    const right = corrected(word);
    const better = mixed.get(right ?? "");
    // To leave an apostrophe out is a manner: "dont" may stand beside "don't".
    if (word === half || !right || better === undefined || right.includes("'")) continue;
    mixed.set(right, better + probability);
    mixed.delete(word);
  }
}
