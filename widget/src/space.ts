// The space that an accepted suggestion puts after itself, until something else is typed.
import type { Editor } from "./editor";

/**
 * What follows a word without the space before it: a sign, or what an apostrophe joins to the word
 * ("mother's", "they'll"; few quotations begin so). A straight quote or a dash may begin something.
 */
const JOINED = /^ ([.,!?;:…/)\]}»”’]|'[dlmrsv])/;
/** More of the same, where it stands there already and can be read on. */
const BEHIND = /^[ \xa0'_]|^"(?!\p{L})/u;

/** Whether a space belongs between an accepted word and `after`. */
export function wantsSpace(after: string): boolean {
  return !JOINED.test(" " + after) && !BEHIND.test(after);
}

export interface AutomaticSpace {
  /** One was put before the caret. */
  remember(): void;
  /** Something was typed, or changed by the page. */
  check(): void;
  /** Handle what is about to be typed; true when it was done here and must not happen again. */
  absorb(typed: string): boolean;
}

export function automaticSpace(editor: Editor): AutomaticSpace {
  /** The text before the caret while the space is fresh, an apostrophe after it or none; else null. */
  let fresh: string | null = null;
  return {
    remember() {
      fresh = editor.before();
    },
    check() {
      if (fresh !== editor.before()) fresh = null;
    },
    absorb(typed) {
      const before = editor.before() ?? "";
      // A field that was full, or a page that trims, took the space: the last letter is the user's.
      const space = / '?$/.exec(before)?.[0];
      if (!space || before !== fresh) return false;
      fresh = typed === "'" ? before + typed : null;
      const joins = JOINED.test(space + typed);
      if (joins) {
        editor.replace(before.length - space.length, before.length, space.trim() + typed);
      }
      // The habit of typing a space after a word must not give two.
      return joins || typed === space;
    },
  };
}
