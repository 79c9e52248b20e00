// Whether the word that follows a text needs a space first (chatbot/gap.py).

/** Characters at the end of a text that are looked at, however long it is. */
const LOOKED = 512;
const CLOSING = /[.,;:!?)\]}%\u2026\u201d\u00bb]$/;
/** A web or mail address, or a time, goes on after a sign. */
const ADDRESS = /((?<![\p{L}\p{N}_])www\.|@|:\/\/)\S*$|\p{Nd}:$/u;
/** Two classes: by [\p{So}\ufe0f]$ alone Chromium 156 finds no emoji. */
const PICTURE = /(?=[\p{So}\p{Sk}\ufe0f])[^\x00-\x7f]$/u;

export function isSpaceDue(text: string): boolean {
  const end = text.slice(-LOOKED);
  if (CLOSING.test(end)) return !ADDRESS.test(end);
  // A quotation mark closes what another one opened.
  if (end.endsWith('"')) return end.slice(end.lastIndexOf("\n") + 1).split('"').length % 2 === 1;
  return PICTURE.test(end);
}
