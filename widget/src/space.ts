// The space that an accepted suggestion puts after itself, until something else is typed.
import { beforeCaret, replace, type TextField } from "./edit";

/** Whether a space belongs between an accepted word and `after`. */
export function wantsSpace(after: string): boolean {
  return !/^[\s.,!?;:)\]}»”’]/.test(after);
}

export class AutomaticSpace {
  /** The text before the caret while the space is fresh; else null. */
  private fresh: string | null = null;

  constructor(private readonly field: TextField) {}

  remember(): void {
    this.fresh = beforeCaret(this.field);
  }

  forget(): void {
    this.fresh = null;
  }

  /** Handle what is about to be typed; true when it was done here and must not happen again. */
  absorb(typed: string): boolean {
    const before = beforeCaret(this.field);
    if (before === null || before !== this.fresh) return false;
    this.forget();
    // The habit of typing a space after a word must not give two.
    if (typed === " ") return true;
    if (!/^[.,!?;:]$/.test(typed)) return false;
    replace(this.field, before.length - 1, before.length, typed);
    return true;
  }
}
