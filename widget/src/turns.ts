// What was said before the text in the field.
import type { Options } from "./api";

/** The turns as they are now, oldest first. */
export function turnsOf({ turns }: Options): readonly string[] {
  return typeof turns === "function" ? turns() : turns;
}
