import { describe, expect, it } from "vitest";
import { wantsSpace } from "../src/space";
import { isRightToLeft, wellFormed, windowStart } from "../src/text";

describe("the part that is sent", () => {
  it("is all of a short text", () => {
    expect(windowStart("")).toBe(0);
    expect(windowStart("x".repeat(8191))).toBe(0);
  });
  it("starts at a steady place, be it within a pair", () => {
    expect(windowStart("x".repeat(8192))).toBe(4096);
    expect(windowStart("x".repeat(12287))).toBe(4096);
    expect(windowStart("x".repeat(4095) + "😀".repeat(3000))).toBe(4096);
    // Half a character at the start is sent as U+FFFD: no character is counted twice or lost.
    expect(wellFormed("😀".slice(1) + "x")).toBe("\ufffdx");
  });
});

describe("the direction", () => {
  it("is that of the first letter", () => {
    expect(["שלום", " 3 مرحبا", "hello שלום", "?", ""].map(isRightToLeft)).toEqual([
      true, true, false, false, false,
    ]);
  });
});

describe("the space after an accepted word", () => {
  it("is left out where one, or a mark that takes none, follows", () => {
    expect(["", "x", "\n", " x", ".", "”"].map(wantsSpace)).toEqual([
      true, true, true, false, false, false,
    ]);
  });
});
