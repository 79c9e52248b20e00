// The words that a network has read: a Bloom filter, asked as chatbot/lexicon.py asks it.
import { toBytes } from "./bytes";

/** Bits a word sets. */
const ASKED = 7;
/** A word that was read may end so for the first time: simile-s, deplore-d. A name may not. */
const NEW_ENDINGS = [/(?<![s'])'s$/, /(?<![s'])s$/, /ed$/, /d$/];

export class Lexicon {
  readonly #bits: Uint8Array;

  /** Take the bytes of the filter in base64; of none, every word is known and none is one. */
  constructor(base64: string) {
    this.#bits = Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
  }

  get isEmpty(): boolean {
    return this.#bits.length === 0;
  }

  /** Whether the word was read, or is one that was with a new ending. */
  knows(word: string): boolean {
    if (this.#has(word.toLowerCase())) return true;
    const stems = NEW_ENDINGS.map((ending) => word.replace(ending, ""));
    return word === word.toLowerCase() && stems.some((stem) => stem !== word && this.#has(stem));
  }

  #has(word: string): boolean {
    const spelled = toBytes(word);
    const first = crc32(spelled);
    const second = (crc32([...spelled].reverse().join("")) | 1) >>> 0;
    for (let i = 0; i < ASKED; i++) {
      const at = (first + i * second) % (8 * this.#bits.length);
      if (!((this.#bits[Math.floor(at / 8)]! >> (at % 8)) & 1)) return false;
    }
    return true;
  }
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The checksum of bytes, one a character. */
function crc32(bytes: string): number {
  let rest = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) {
    rest = (rest >>> 8) ^ TABLE[(rest ^ bytes.charCodeAt(i)) & 255]!;
  }
  return (rest ^ 0xffffffff) >>> 0;
}
