import { describe, expect, it } from "vitest";
import { actionOf, isComposing } from "../src/keys";

const keys = {
  accept: ["Tab", "Control+Enter"],
  word: ["Control+ArrowRight"],
  next: ["Alt+]"],
  previous: ["Alt+["],
  dismiss: ["Escape"],
} as const;

function press(key: string, held: string[] = [], code = key): KeyboardEvent {
  const getModifierState = (name: string): boolean => held.includes(name);
  return { key, code, getModifierState } as unknown as KeyboardEvent;
}

describe("a key", () => {
  it("means what it is bound to, with just these modifiers", () => {
    expect(actionOf(press("Tab"), keys, false)).toBe("accept");
    expect(actionOf(press("Enter", ["Control"]), keys, false)).toBe("accept");
    expect(actionOf(press("Tab", ["Shift"]), keys, false)).toBeNull();
    expect(actionOf(press("Enter"), keys, false)).toBeNull();
    expect(actionOf(press("x"), keys, false)).toBeNull();
  });
  it("is found by its place where Option changes the letter", () => {
    expect(actionOf(press("‘", ["Alt"], "BracketRight"), keys, false)).toBe("next");
    expect(actionOf(press("[", ["Alt"], "Digit8"), keys, false)).toBe("previous");
  });
  it("types its letter with AltGr", () => {
    expect(actionOf(press("]", ["Control", "Alt", "AltGraph"]), keys, false)).toBeNull();
    expect(actionOf(press("]", ["Alt", "AltGraph"]), keys, false)).toBeNull();
  });
  it("points the other way in right-to-left text", () => {
    expect(actionOf(press("ArrowLeft", ["Control"]), keys, true)).toBe("word");
    expect(actionOf(press("ArrowRight", ["Control"]), keys, true)).toBeNull();
    expect(actionOf(press("ArrowLeft", ["Control"]), keys, false)).toBeNull();
  });
  it("may belong to an input method", () => {
    expect(isComposing({ isComposing: false, keyCode: 229 } as KeyboardEvent)).toBe(true);
    expect(isComposing({ isComposing: false, keyCode: 65 } as KeyboardEvent)).toBe(false);
  });
});
