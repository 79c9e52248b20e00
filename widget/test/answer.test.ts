import { describe, expect, it } from "vitest";
import { readAnswer } from "../src/answer";

const item = { text: "hello", insert: "hello", replace: [1, 3], probability: 0.5 };

function read(suggestions: unknown, text = "😀he", offset = 0): unknown {
  return readAnswer({ suggestions }, text, offset).words;
}

describe("an answer", () => {
  it("has its ranges moved to UTF-16 of the whole text", () => {
    expect(read([item])).toEqual([
      { text: "hello", insert: "hello", start: 2, end: 4, probability: 0.5 },
    ]);
    expect(read([item], "abc😀he", 3)).toMatchObject([{ start: 5, end: 7 }]);
  });
  it("has a phrase, where one was asked for and found", () => {
    const phrased = (phrase: unknown): unknown =>
      readAnswer({ suggestions: [], phrase }, "he", 0).phrase;
    const found = { ...item, replace: [0, 2] };
    expect(phrased(found)).toMatchObject({ text: "hello", start: 0, end: 2 });
    expect(phrased(null)).toBeNull();
    expect(phrased(undefined)).toBeNull();
    expect(() => phrased({ ...found, insert: 1 })).toThrow(TypeError);
  });
  it.each([
    null,
    {},
    { suggestions: 5 },
    { suggestions: [null] },
    { suggestions: [{ ...item, insert: 1 }] },
    { suggestions: [{ ...item, replace: [0] }] },
    { suggestions: [{ ...item, replace: [2, 1] }] },
    { suggestions: [{ ...item, replace: [0, 4] }] },
    { suggestions: [{ ...item, replace: 7 }] },
    { suggestions: [{ ...item, probability: "0.5" }] },
  ])("is refused when out of shape: %j", (body) => {
    expect(() => readAnswer(body, "😀he", 0)).toThrow(TypeError);
  });
});
