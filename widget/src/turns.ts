// What was said before the text in the field.
import type { Options } from "./api";

/** Turns, and UTF-16 units of each: of more the server reads only the end, and refuses too much. */
const MOST = 16;
const LONGEST = 4096;

/** The last turns as they are now, oldest first. */
export function turnsOf({ turns }: Options): readonly string[] {
  const all = typeof turns === "function" ? turns() : turns;
  return all.slice(-MOST).map((turn) => turn.slice(-LONGEST));
}
