// The likeliest way to cut a text into pieces (Kudo 2018, arXiv:1804.10959), in single precision and
// with the tie-breaking of sentencepiece, whose ids the network was trained on.
import { toBytes } from "./bytes";
import type { Vocabulary } from "./vocabulary";

const UNKNOWN_PENALTY = 10;
const add = (a: number, b: number): number => Math.fround(a + b);

interface Way {
  readonly start: number;
  /** -1 for a character that has no piece. */
  readonly id: number;
  readonly score: number;
}

export class Unigram {
  readonly #ids = new Map<string, number>();
  readonly #scores: readonly number[];
  readonly #bytes: readonly number[];
  readonly #unknown: number;
  #longest = 0;

  constructor({ sent }: Vocabulary) {
    let least = Infinity;
    this.#scores = sent.scores.map(Math.fround);
    this.#bytes = sent.bytes;
    for (const [id, piece] of sent.pieces.entries()) {
      if (piece === null) continue;
      this.#ids.set(piece, id);
      this.#longest = Math.max(this.#longest, piece.length);
      least = Math.min(least, this.#scores[id]!);
    }
    this.#unknown = add(least, -UNKNOWN_PENALTY);
  }

  /** The ids of `text`; what has no piece is spelled in bytes. */
  encode(text: string): number[] {
    const ways = this.#search(text);
    const ids: number[][] = [];
    for (let end = text.length; end > 0; end = ways[end]!.start) {
      const { start, id } = ways[end]!;
      ids.push(id < 0 ? this.spell(text.slice(start, end)) : [id]);
    }
    return ids.reverse().flat();
  }

  /** The ids of the bytes of `text`. */
  spell(text: string): number[] {
    return Array.from(toBytes(text), (byte) => this.#bytes[byte.charCodeAt(0)]!);
  }

  /** The best way to reach each place between two characters. */
  #search(text: string): (Way | undefined)[] {
    const ways: (Way | undefined)[] = [{ start: 0, id: -1, score: 0 }];
    for (let start = 0; start < text.length; ) {
      const size = text.codePointAt(start)! > 0xffff ? 2 : 1;
      const before = ways[start]!.score;
      const reach = (end: number, id: number, score: number): void => {
        const best = ways[end];
        if (!best || score > best.score) ways[end] = { start, id, score };
      };
      const last = Math.min(text.length, start + this.#longest);
      let isKnown = false;
      for (let end = start + size; end <= last; end++) {
        const id = this.#ids.get(text.slice(start, end));
        if (id === undefined) continue;
        isKnown ||= end === start + size;
        reach(end, id, add(this.#scores[id]!, before));
      }
      if (!isKnown) reach(start + size, -1, add(this.#unknown, before));
      start += size;
    }
    return ways;
  }
}
