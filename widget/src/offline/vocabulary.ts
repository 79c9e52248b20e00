// What /v1/offline/tokenizer.json says: the pieces, what they weigh, and what each means for a word.
import { toBytes } from "./bytes";

/** As it is sent. */
export interface Sent {
  readonly format: number;
  readonly kind: string;
  /** The entity tag of the model that these ids belong to. */
  readonly model: string;
  /** The text of each id; null for control symbols and single bytes. */
  readonly pieces: readonly (string | null)[];
  readonly scores: readonly number[];
  /** The id of each of the 256 bytes. */
  readonly bytes: readonly number[];
  /** The ids that go on with the word before them: a graph with a head for its end counts on them. */
  readonly goes_on: readonly number[];
  readonly bos: number;
  readonly turn: number;
  /** The words that the network has read (lexicon.ts), in base64; "" where it doesn't say. */
  readonly words: string;
  /** Words that are not offered; a star stands for any ending. */
  readonly offensive: readonly string[];
}

/** Of these and of the graph, together. */
export const FORMAT = 3;
const KINDS = ["unigram", "char"];

export class Vocabulary {
  /** The bytes of each id; "" for control symbols. */
  readonly pieces: readonly string[];
  /** 1 for ids that end the word before them. */
  readonly ends: Uint8Array;
  /** The other ids. */
  readonly goesOn: Int32Array;
  /** Where in `goesOn` an id stands; -1 for those that end a word. */
  readonly inside: Int32Array;

  constructor(readonly sent: Sent) {
    if (sent.format !== FORMAT) throw new Error(`tokenizer.json has format ${sent.format}`);
    if (!KINDS.includes(sent.kind)) {
      throw new Error(`offline, a tokenizer must be ${KINDS.join(" or ")}; this is ${sent.kind}`);
    }
    const pieces = sent.pieces.map((piece) => (piece === null ? "" : toBytes(piece)));
    sent.bytes.forEach((id, byte) => (pieces[id] = String.fromCharCode(byte)));
    this.pieces = pieces;
    this.goesOn = Int32Array.from(sent.goes_on);
    this.ends = new Uint8Array(pieces.length).fill(1);
    for (const id of this.goesOn) this.ends[id] = 0;
    this.inside = new Int32Array(pieces.length).fill(-1);
    this.goesOn.forEach((id, place) => (this.inside[id] = place));
  }
}
