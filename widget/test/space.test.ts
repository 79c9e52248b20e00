import { describe, expect, it } from "vitest";
import { wantsSpace } from "../src/space";

describe("the space after an accepted word", () => {
  it.each(["", "x", "\n", "\nso", "(so)", '"so"', "-", "\u201cso"])("stands before %j", (after) => {
    expect(wantsSpace(after)).toBe(true);
  });
  it.each([" so", "\u00a0so", ".", "?", ")", "\u201d", "'s house", "\u2019s", '"', '", he', "/and", "_x"])(
    "does not stand before %j",
    (after) => {
      expect(wantsSpace(after)).toBe(false);
    },
  );
});
