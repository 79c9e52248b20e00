// Text and dialogues to ids, as tokenizer/model.py does it: any text, a line at a time.
import { Unigram } from "./unigram";
import type { Vocabulary } from "./vocabulary";

/** Sentencepiece's own sign for a space: typed ones travel as bytes. */
const SPACE_SIGN = "\u2581";

export class Tokenizer {
  readonly turn: number;
  readonly #bos: number;
  readonly #unigram: Unigram;

  constructor(vocabulary: Vocabulary) {
    this.turn = vocabulary.sent.turn;
    this.#bos = vocabulary.sent.bos;
    this.#unigram = new Unigram(vocabulary);
  }

  /** The ids of `text`; with `midLine` it goes on where another text ended at a word. */
  encode(text: string, midLine = false): number[] {
    const ids: number[] = [];
    for (const segment of segments(text, midLine)) {
      const apart = segment === "\n" || segment === SPACE_SIGN;
      // One by one: a call takes only so many arguments.
      for (const id of this.#unigram[apart ? "spell" : "encode"](segment)) ids.push(id);
    }
    return ids;
  }

  /** The ids of a dialogue whose last turn is being written. */
  render(turns: readonly string[]): number[] {
    return [this.#bos, ...turns.flatMap((text) => [this.turn, ...this.encode(text)])];
  }
}

/** The lines of `text`, each that is not empty led by a space, and breaks and signs apart. */
function* segments(text: string, midLine: boolean): Generator<string> {
  let fresh = !midLine;
  for (const part of text.split(/(\n|\u2581)/)) {
    if (part === "\n") {
      yield part;
      fresh = true;
    } else if (part) {
      if (fresh) yield part === SPACE_SIGN ? " " : ` ${part}`;
      if (!fresh || part === SPACE_SIGN) yield part;
      fresh = false;
    }
  }
}
