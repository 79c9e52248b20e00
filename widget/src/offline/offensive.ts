// Words that are not offered to anybody who did not write them first.

const ANY = "[\\p{L}\\p{N}_]";

/** The listed words; a star at the end of one stands for any ending, and two words are a pair. */
export class Offensive {
  readonly #pattern: RegExp;
  readonly #pairs: ReadonlySet<string>;

  constructor(words: readonly string[]) {
    const forms = words.map((word) => word.replace(/\*$/, `${ANY}*`)).join("|");
    // Without a word nothing is listed: a pattern that never matches.
    this.#pattern = new RegExp(`(?<!${ANY})(?:${forms || "(?!)"})(?!${ANY})`, "iu");
    this.#pairs = new Set(words.filter((word) => word.includes(" ")));
  }

  /** Whether `text` holds a listed word or pair. */
  has(text: string): boolean {
    return this.#pattern.test(text);
  }

  /** Whether `word` after the word `before` is a listed pair. */
  hasPair(before: string, word: string): boolean {
    return this.#pairs.has(`${before} ${word}`.toLowerCase());
  }
}
