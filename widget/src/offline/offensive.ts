// Words that are not offered to anybody who did not write them first.

/** Build a test for the listed words; a star at the end of one stands for any ending. */
export function listed(words: readonly string[]): (text: string) => boolean {
  const any = "[\\p{L}\\p{N}_]";
  const forms = words.map((word) => word.replace(/\*$/, `${any}*`));
  if (!forms.length) return () => false;
  const pattern = new RegExp(`(?<!${any})(?:${forms.join("|")})(?!${any})`, "iu");
  return (text) => pattern.test(text);
}

const WORDS = /[\p{L}\p{N}]+(?:['\u2019-][\p{L}\p{N}]+)*/gu;

/** The words of `text`, in lower case. */
export function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(WORDS));
}
