// Which key means what. Whether the key is taken is the field's decision.

export type Action = "accept" | "word" | "next" | "previous" | "dismiss";

/** Whether the key belongs to an input method that is composing text. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

function isBracket(event: KeyboardEvent, key: string, code: string): boolean {
  // By code too: with Option held, a Mac reports the letter it would type.
  return event.key === key || event.code === code;
}

/** Name what the key asks for; null for every other key. */
export function actionOf(event: KeyboardEvent): Action | null {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (metaKey || shiftKey) return null;
  if (!altKey && !ctrlKey && key === "Tab") return "accept";
  if (!altKey && !ctrlKey && key === "Escape") return "dismiss";
  if (altKey !== ctrlKey && key === "ArrowRight") return "word";
  // AltGr types brackets on many layouts: it shows as Ctrl+Alt, or as its own modifier.
  if (!altKey || ctrlKey || event.getModifierState("AltGraph")) return null;
  if (isBracket(event, "]", "BracketRight")) return "next";
  if (isBracket(event, "[", "BracketLeft")) return "previous";
  return null;
}
