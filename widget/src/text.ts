// Positions in text. Knows nothing of the page.

/** `text` with U+FFFD for halves of characters. As toWellFormed, which older browsers lack. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}

/** UTF-16 units after the caret that are sent. */
export const AFTER = 200;
const WINDOW = 4096;

/**
 * Where the part worth sending starts: it keeps one to two windows before the end.
 * It moves in whole windows, so that the server sees a growing prefix and can reuse its state.
 */
export function windowStart(text: string): number {
  return Math.max(0, Math.floor(text.length / WINDOW) - 1) * WINDOW;
}

const RIGHT_TO_LEFT = /^\P{L}*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;

/** Whether the first letter of `text` is one that is written from right to left. */
export function isRightToLeft(text: string): boolean {
  return RIGHT_TO_LEFT.test(text);
}
