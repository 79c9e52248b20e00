import { describe, expect, it } from "vitest";
import { actionOf } from "../src/keys";

const keys = {
  accept: ["Tab", "Control+Enter"],
  word: ["Control+ArrowRight"],
  next: ["Alt+]"],
  previous: ["Alt+["],
  dismiss: ["Escape"],
} as const;

const [ltr, rtl] = [{ direction: "ltr" }, { direction: "rtl" }];

function press(key: string, held: string[] = [], code = key): KeyboardEvent {
  const getModifierState = (name: string): boolean => held.includes(name);
  return { key, code, getModifierState } as unknown as KeyboardEvent;
}

describe("a key", () => {
  it("means what it is bound to, with just these modifiers", () => {
    expect(actionOf(press("Tab"), keys, ltr)).toBe("accept");
    expect(actionOf(press("Enter", ["Control"]), keys, ltr)).toBe("accept");
    expect(actionOf(press("Tab", ["Shift"]), keys, ltr)).toBeNull();
    expect(actionOf(press("Enter"), keys, ltr)).toBeNull();
    expect(actionOf(press("x"), keys, ltr)).toBeNull();
  });
  it("is found by its place where Option changes the letter", () => {
    expect(actionOf(press("‘", ["Alt"], "BracketRight"), keys, ltr)).toBe("next");
    expect(actionOf(press("[", ["Alt"], "Digit8"), keys, ltr)).toBe("previous");
  });
  it("types its letter with AltGr", () => {
    expect(actionOf(press("]", ["Control", "Alt", "AltGraph"]), keys, ltr)).toBeNull();
    expect(actionOf(press("]", ["Alt", "AltGraph"]), keys, ltr)).toBeNull();
  });
  it("points the other way in right-to-left text", () => {
    expect(actionOf(press("ArrowLeft", ["Control"]), keys, rtl)).toBe("word");
    expect(actionOf(press("ArrowRight", ["Control"]), keys, rtl)).toBeNull();
    expect(actionOf(press("ArrowLeft", ["Control"]), keys, ltr)).toBeNull();
  });
});
