import { describe, expect, it, vi } from "vitest";
import type { Options } from "../src/api";
import type { Suggestion } from "../src/offer";
import { Refusals } from "../src/refusals";

/** A suggestion of `insert` for the last `typed` letters of `text`. */
function edit(text: string, typed: number, insert: string): Suggestion {
  return { text: insert, insert, start: text.length - typed, end: text.length, probability: 0.5 };
}

let turns: string[] = [];
const options = { turns: () => turns } as unknown as Options;

function refuse(text: string, typed: number, insert: string): Refusals {
  turns = [];
  const refusals = new Refusals(options);
  refusals.add(text, edit(text, typed, insert));
  return refusals;
}

describe("a refused word", () => {
  it("is refused where it was, however much of it is typed", () => {
    const refusals = refuse("oh hel", 3, "hello");
    for (const typed of ["h", "hel", "HELL", ""]) {
      expect(refusals.at(`oh ${typed}`)).toEqual(["hello"]);
      const text = `oh ${typed}`;
      expect(refusals.include(text, edit(text, typed.length, "Hello"))).toBe(true);
    }
  });
  it("is welcome after another text, or when another was said before", () => {
    const refusals = refuse("oh hel", 3, "hello");
    expect(refusals.at("ah hel")).toEqual([]);
    expect(refusals.at("oh oh hel")).toEqual([]);
    expect(refusals.include("oh hel", edit("oh hel", 3, "help"))).toBe(false);
    turns = ["Hello!"];
    expect(refusals.at("oh hel")).toEqual([]);
  });
  it("is the next one of a phrase", () => {
    const refusals = refuse("hello h", 7, "hello how are you");
    expect(refusals.at("hello ")).toEqual(["how"]);
    expect(refusals.at("hello how ")).toEqual([]);
    const spaced = refuse("Well,", 0, " how are you");
    expect(spaced.at("Well, ")).toEqual(["how"]);
  });
  it("takes along a phrase that would come to it", () => {
    const refusals = refuse("hello ", 0, "how");
    expect(refusals.include("hel", edit("hel", 3, "hello how are you"))).toBe(true);
    expect(refusals.include("hel", edit("hel", 3, "hello there"))).toBe(false);
    expect(refusals.include("hello", edit("hello", 5, "hello how are"))).toBe(true);
  });
  it("may have mended a slip", () => {
    expect(refuse("oh hl", 2, "hello").at("oh h")).toEqual(["hello"]);
  });
  it("depends on the end of what was said last alone", () => {
    const refusals = refuse("", 0, "hello");
    const end = "a".repeat(200);
    turns = [end];
    refusals.add("", edit("", 0, "there"));
    turns = [`something else ${end}`];
    expect(refusals.at("th")).toEqual(["there"]);
    turns = [`${end} b`];
    expect(refusals.at("th")).toEqual([]);
  });
  it("costs no more after a long word", () => {
    const refusals = refuse("", 0, "hello");
    const looked: number[] = [];
    const search = vi.spyOn(String.prototype, "search").mockImplementation(function (this: string) {
      looked.push(this.length);
      return 0;
    });
    turns = ["a".repeat(20_000)];
    refusals.at("a".repeat(20_000));
    search.mockRestore();
    expect(looked.filter((length) => length > 1000)).toEqual([]);
    expect(looked).toHaveLength(1);
  });
  it("is forgotten after 64 others", () => {
    const refusals = refuse("", 0, "first");
    for (let i = 0; i < 64; i++) refusals.add("x ", edit("x ", 0, `w${i}`));
    expect(refusals.at("")).toEqual([]);
    expect(refusals.at("x ")).toHaveLength(64);
  });
});
