// What the page asks of the engine, and how both talk across the thread between them.
import type { Answer } from "../client";

export interface Question {
  /** All that stands before the caret. */
  readonly text: string;
  /** Earlier turns of the conversation, oldest first. */
  readonly turns: readonly string[];
  /** Words in the list. */
  readonly n: number;
  /** Longest phrase, in words; no phrase below 2. */
  readonly words: number;
  /** What stands after the caret. */
  readonly after: string;
  /** Words that are not wanted here. */
  readonly avoid: readonly string[];
}

/** To the engine. */
export type Asked = { readonly id: number } & Question;

/** From the engine: first whether it is ready, then answers; null to what was superseded. */
export type Told =
  | { readonly failure: string | null }
  | { readonly id: number; readonly answer: Answer | null };
