// What a page can use. Shipped as it is, as widget.d.ts: it imports nothing and holds no code.

export type Action = "accept" | "word" | "next" | "previous" | "dismiss";

export interface Options {
  /** Origin (and path) under which /v1/suggest answers. */
  endpoint: string;
  /** Words in the list. */
  n: number;
  /** Longest ghost text, in words; 1 leaves only the best word. */
  words: number;
  /** Least probability of ghost text, be it a phrase or the best word. */
  threshold: number;
  /** Milliseconds after which the server counts as down. */
  timeout: number;
  /** Whose personal memory to mix in; none when absent. */
  session?: string;
  /** Whether the server may learn from this text. */
  learn: boolean;
  /** Whether to answer in the page, by the same model, when the server does not: about 10 MB. */
  offline: boolean;
  /** Earlier turns of the conversation, oldest first. */
  turns: readonly string[] | (() => readonly string[]);
  /**
   * Chords such as "Tab" or "Control+ArrowRight": modifiers (Control, Alt, Shift, Meta, in this
   * order) and KeyboardEvent.key. In a right-to-left field the arrows change places.
   */
  keys: Partial<Record<Action, readonly string[]>>;
  /** Which way the field is written; as the page has it when absent. */
  direction?: "ltr" | "rtl" | "auto";
}

/** What the events inkling:shown, inkling:accepted and inkling:dismissed carry. */
export interface Detail {
  readonly text: string;
  /** Keystrokes that accepting saved. */
  readonly saved: number;
  /** Milliseconds from the key to the drawing. */
  readonly latency: number;
}

export interface Handle {
  detach(): void;
}

/** Add suggestions to a text area, an input of type text or search, or an editable element. */
export declare function attach(element: Element, options?: Partial<Options>): Handle;

/** Attach to every field that `selector` matches (or that stands inside a match), now and later. */
export declare function observe(
  selector: string,
  options?: Partial<Options>,
  root?: Document | ShadowRoot,
): Handle;

declare global {
  interface HTMLElementEventMap {
    "inkling:shown": CustomEvent<Detail>;
    "inkling:accepted": CustomEvent<Detail>;
    "inkling:dismissed": CustomEvent<Detail>;
  }
}
