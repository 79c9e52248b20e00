// The space that an accepted suggestion puts after itself, until something else is typed.
import type { Editor } from "./editor";

/** What follows a word without a space. A straight quote or a dash may as well begin something. */
const SIGN = /^[.,!?;:…)\]}»”’]/;

/** Whether a space belongs between an accepted word and `after`. */
export function wantsSpace(after: string): boolean {
  return !/^\s/.test(after) && !SIGN.test(after);
}

export class AutomaticSpace {
  /** The text before the caret while the space is fresh; else null. */
  #fresh: string | null = null;

  readonly #editor: Editor;

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  remember(): void {
    this.#fresh = this.#editor.before();
  }

  forget(): void {
    this.#fresh = null;
  }

  /** Handle what is about to be typed; true when it was done here and must not happen again. */
  absorb(typed: string): boolean {
    const before = this.#editor.before();
    if (before === null || before !== this.#fresh) return false;
    this.forget();
    // The habit of typing a space after a word must not give two.
    if (typed === " ") return true;
    if (!SIGN.test(typed)) return false;
    this.#editor.replace(before.length - 1, before.length, typed);
    return true;
  }
}
