import { describe, expect, it } from "vitest";
import {
  chooseGhost,
  contradicts,
  ghostRow,
  narrow as narrowBefore,
  type Offer,
  outcome,
  remainder,
  standsThere,
  type Suggestion,
} from "../src/offer";

const narrow = (offer: Offer, text: string, after = ""): Offer | null =>
  narrowBefore(offer, text, after);

/** A suggestion of `insert` for the last `typed` letters of `text`. */
function edit(text: string, typed: number, insert: string, probability = 0.5): Suggestion {
  return { text: insert, insert, start: text.length - typed, end: text.length, probability };
}

function offerOf(text: string, words: string[], ghost: string | null): Offer {
  return {
    text,
    words: words.map((word) => edit(text, 3, word)),
    ghost: ghost === null ? null : edit(text, 3, ghost),
    partial: false,
  };
}

const hel = offerOf("oh hel", ["hello", "helper", "Helen"], "hello how are you");

describe("an edit", () => {
  it("replaces its range", () => {
    expect(outcome("oh hl", edit("oh hl", 2, "hello"))).toBe("oh hello");
  });
  it("has a remainder only when it keeps what is typed", () => {
    expect(remainder("oh hel", edit("oh hel", 3, "hello"))).toBe("lo");
    expect(remainder("oh hel", edit("oh hel", 3, "Helen"))).toBe("");
  });
});

describe("what stands there already", () => {
  const stands = (text: string, typed: number, insert: string, after: string): boolean =>
    standsThere(text, edit(text, typed, insert), after);
  it("is a word that follows the caret, whatever its case", () => {
    expect(stands("are ", 0, "you", "you there")).toBe(true);
    expect(stands("are ", 0, "you", " You?")).toBe(true);
    expect(stands("are y", 1, "you", " you")).toBe(true);
    expect(stands("are,", 0, " you", " you")).toBe(true);
    expect(stands("don", 3, "don't", "'t know")).toBe(true);
  });
  it("is that also where its apostrophe is of another shape", () => {
    expect(stands("don", 3, "don't", "’t know")).toBe(true);
    expect(stands("I ", 0, "don’t", "don't know")).toBe(true);
    expect(stands("I ", 0, "Don't", " don’t")).toBe(true);
  });
  it("is not a longer word, one of the next line, or one further on", () => {
    expect(stands("are ", 0, "you", " your")).toBe(false);
    expect(stands("are ", 0, "you", "\nyou")).toBe(false);
    expect(stands("are ", 0, "you", " all you")).toBe(false);
    expect(stands("are ", 0, "you", "")).toBe(false);
  });
  it("is what would change nothing", () => {
    expect(stands("hello", 5, "hello", "")).toBe(true);
    expect(stands("hello", 0, "", "")).toBe(true);
  });
  it("leaves a narrowed offer, too", () => {
    const offer = { ...offerOf("do", [], null), words: [edit("do", 2, "don't")] };
    expect(narrow(offer, "don", "")?.words).toHaveLength(1);
    expect(narrow(offer, "don", "'t know")).toBeNull();
  });
});

describe("the ghost", () => {
  const best = edit("hel", 3, "hello", 0.4);
  const phrase = edit("hel", 3, "hello there", 0.2);
  it("is the phrase where that is likely enough, else the best word", () => {
    expect(chooseGhost("hel", [best], phrase, 0.1)).toBe(phrase);
    expect(chooseGhost("hel", [best], phrase, 0.3)).toBe(best);
    expect(chooseGhost("hel", [best], phrase, 0.5)).toBeNull();
    expect(chooseGhost("hel", [], null, 0)).toBeNull();
  });
  it("marks the row it begins with, and not one that it only contains", () => {
    expect(ghostRow(hel)).toBe(0);
    expect(ghostRow(offerOf("hel", ["hell", "hello"], "hello you"))).toBe(1);
    expect(ghostRow(offerOf("hel", ["helm"], "hello you"))).toBe(-1);
    expect(ghostRow(offerOf("hel", ["helm"], null))).toBe(0);
  });
});

describe("typing on", () => {
  it("keeps what agrees, whatever its case", () => {
    const left = narrow(hel, "oh hele");
    expect(left?.words.map((word) => word.text)).toEqual(["Helen"]);
    expect(left?.ghost).toBeNull();
    expect(narrow(hel, "oh hell")?.ghost?.text).toBe("hello how are you");
  });
  it("leaves nothing when nothing agrees, or other text was put in its place", () => {
    expect(narrow(hel, "oh hex")).toBeNull();
    expect(narrow(hel, "oh helx")).toBeNull();
    expect(narrow(hel, "ah hell")).toBeNull();
  });
  it("needs no question while the ghost is typed, or every word", () => {
    expect(narrow(hel, "oh hell")?.partial).toBe(false);
    expect(narrow(hel, "oh help")?.partial).toBe(true);
    const list = offerOf("hel", ["hello", "hell", "help"], null);
    expect(narrow(list, "hel")?.partial).toBe(false);
    expect(narrow(list, "hell")?.partial).toBe(true);
  });
  it("needs one still, when typing went on before the answer came", () => {
    expect(narrow(narrow(hel, "oh help")!, "oh helpe")?.partial).toBe(true);
  });
  it("goes against an offer only when it goes against all of it", () => {
    expect(contradicts(hel, "oh helx")).toBe(true);
    expect(contradicts(hel, "oh help")).toBe(false);
    expect(contradicts(hel, "oh hello!")).toBe(false);
    expect(contradicts(hel, "something else")).toBe(false);
  });
});
