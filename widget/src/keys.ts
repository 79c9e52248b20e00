// Which key means what. Whether the key is taken is the field's decision.
import type { Action, Options } from "./api";

const MODIFIERS = ["Control", "Alt", "Shift", "Meta", "AltGraph"];
// By code too: with Option held, a Mac reports the letter it would type.
const CODES: Record<string, string> = { BracketRight: "]", BracketLeft: "[" };
const FLIPPED: Record<string, string> = { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" };

/** Name what the key asks for; null for every other key. */
export function actionOf(
  event: KeyboardEvent,
  keys: Options["keys"],
  { direction }: Pick<CSSStyleDeclaration, "direction">,
): Action | null {
  const held = MODIFIERS.filter((name) => event.getModifierState(name));
  const key = (direction === "rtl" && FLIPPED[event.key]) || event.key;
  const chords = [key, CODES[event.code]].map((name) => [...held, name].join("+"));
  const bound = Object.entries(keys) as [Action, readonly string[]][];
  return bound.find(([, wanted]) => wanted.some((chord) => chords.includes(chord)))?.[0] ?? null;
}
