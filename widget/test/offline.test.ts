import { describe, expect, it } from "vitest";
import { toBytes, toText } from "../src/offline/bytes";
import { edited } from "../src/offline/edit";
import { isSpaceDue } from "../src/offline/gap";
import { Heap } from "../src/offline/heap";
import { Offensive } from "../src/offline/offensive";
import { Recent } from "../src/offline/recent";
import { slips } from "../src/offline/slips";
import { Tokenizer } from "../src/offline/tokenizer";
import { Trie } from "../src/offline/trie";
import { cut, halfTyped, isWord, mixesScripts, settle } from "../src/offline/typing";
import { type Sent, Vocabulary } from "../src/offline/vocabulary";
import { WordMemories } from "../src/offline/word_memory";

const PIECES = [" h", " he", " hello", "l", "lo", "o", " ", "!"];
const sent: Sent = {
  format: 3,
  kind: "unigram",
  model: "",
  goes_on: [263, 264, 265],
  bos: 1,
  turn: 3,
  bytes: Array.from({ length: 256 }, (_, byte) => 4 + byte),
  pieces: [...Array(260).fill(null), ...PIECES],
  scores: [...Array(260).fill(0), -4, -3, -2, -3, -2.5, -3, -1, -5],
  words: "",
      offensive: ["darn*", "heck"],
};
const id = (piece: string): number => 260 + PIECES.indexOf(piece);

describe("the tokenizer", () => {
  const tokenizer = new Tokenizer(new Vocabulary(sent));
  it("takes the likeliest pieces, and bytes where there are none", () => {
    expect(tokenizer.encode("hello!")).toEqual([id(" hello"), id("!")]);
    expect(tokenizer.encode("helo")).toEqual([id(" he"), id("lo")]);
    expect(tokenizer.encode("é", true)).toEqual([4 + 0xc3, 4 + 0xa9]);
    expect(tokenizer.encode("\nhello")).toEqual([4 + 10, id(" hello")]);
  });
  it("writes a dialogue that goes on", () => {
    expect(tokenizer.render(["hello", ""])).toEqual([1, 3, id(" hello"), 3]);
  });
  it("of another kind is refused by name", () => {
    expect(() => new Vocabulary({ ...sent, kind: "bpe" })).toThrow("this is bpe");
    expect(() => new Vocabulary({ ...sent, format: 4 })).toThrow("format 4");
  });
});

describe("a text that is being typed", () => {
  it("is settled up to its last word", () => {
    expect(settle("I am goi")).toEqual(["I am", " goi"]);
    expect(settle("I am ")).toEqual(["I am", " "]);
    expect(settle("Hi\nthe")).toEqual(["Hi\n", " the"]);
    expect(settle("Hi\n")).toEqual(["Hi\n", ""]);
    expect(settle("")).toEqual(["", ""]);
  });
  it("ends with a half-typed word, or none", () => {
    expect(["I don’", "well-kno", "a.", "Mül", ""].map(halfTyped)).toEqual([
      "don’", "well-kno", "", "Mül", "",
    ]);
    expect(["don't", "a-", "", "x1"].map(isWord)).toEqual([true, false, false, true]);
    expect(halfTyped("नमस्ते")).toBe("नमस्ते");
    expect(cut("re\u0301sume\u0301 1\ufe0f\u20e3")).toEqual(["re\u0301sume\u0301", "1"]);
  });
  it("is of one script or mixes two, as the server says", () => {
    const mixed = ["\u05e9\u05dcly", "\u4eca1"];
    const plain = ["caf\u00e9", "5\u00b5m", "\u05e9\u05dc", "x1", ""];
    expect(mixed.map(mixesScripts)).toEqual([true, true]);
    expect(plain.map(mixesScripts)).toEqual([false, false, false, false, false]);
  });
});

describe("an edit", () => {
  it("has a space before it where one is due, as the server says (tests/test_gap.py)", () => {
    const due = ["Hello,", "so good 😊", "ok ❤\ufe0f", "a👍🏽", "50%", 'He said "yes"', "it is 12.", 'open "\n"yes"'];
    const not = ["", "a", "a ", "(", "and/", "1^", "`", 'He said "', 'a "b"\n"', "me@gmail.", "see www.", "at 12:"];
    expect(due.filter((text) => !isSpaceDue(text))).toEqual([]);
    expect(not.filter(isSpaceDue)).toEqual([]);
  });
  it("goes on in the case of what is typed (tests/test_edit.py)", () => {
    const whole = (typed: string, phrase: string): string => edited(typed, "", phrase, 1).text;
    expect(whole("Wh", "WHERE")).toBe("Where");
    expect(whole("IPH", "iPhone is")).toBe("IPHONE is");
    expect(whole("iph", "iPhone")).toBe("iphone");
    expect(whole("N", "NASA")).toBe("NASA");
    expect(whole("recie", "receive")).toBe("receive");
  });
  it("keeps its distance from a word behind the caret, not from the end of its own", () => {
    expect(edited("I like ", "to", "it", 1).insert).toBe("it ");
    expect(edited("my moth", " er", "mother", 1).insert).toBe("mother");
  });
});

describe("bytes", () => {
  it("are text again, unless they end within a character", () => {
    expect(toText(toBytes("né 🍕"))).toBe("né 🍕");
    expect(toText(toBytes("é").slice(1))).toBeNull();
  });
  it("are found by what they begin with", () => {
    const trie = new Trie(["", " a", " ab", "b", " ac", " a"]);
    expect([...trie.startingWith(" a")]).toEqual([1, 5, 2, 4]);
    expect([...trie.prefixesOf(" abc")]).toEqual([[1, 2], [5, 2], [2, 3]]);
    expect([...trie.startingWith("c")]).toEqual([]);
  });
});

describe("what is kept", () => {
  it("is what was used last", () => {
    const recent = new Recent<number>(2);
    for (const key of ["a", "b"]) recent.set(key, 1);
    recent.get("a");
    recent.set("c", 1);
    expect(["a", "b", "c"].map((key) => recent.get(key))).toEqual([1, undefined, 1]);
  });
  it("comes out by its probability", () => {
    const heap = new Heap<{ probability: number }>();
    for (const probability of [0.2, 0.5, 0.1, 0.4, 0.3]) heap.push({ probability });
    const out = Array.from({ length: 6 }, () => heap.pop()?.probability);
    expect(out).toEqual([0.5, 0.4, 0.3, 0.2, 0.1, undefined]);
  });
});

describe("a listed word", () => {
  it("is one as a whole, in any case, with any ending where it may have one", () => {
    const offensive = new Offensive(sent.offensive);
    expect(["Darned", "heck", "hecks", "éheck", "x"].map((word) => offensive.has(word))).toEqual([
      true, true, false, false, false,
    ]);
    expect(new Offensive([]).has("x")).toBe(false);
  });

  it("may be a pair: the second is one only after the first", () => {
    const offensive = new Offensive(["kill yourself"]);
    expect(offensive.hasPair("Kill", "yourself")).toBe(true);
    expect(offensive.hasPair("help", "yourself")).toBe(false);
    expect(offensive.has("yourself")).toBe(false);
  });
});

describe("a slip", () => {
  const meant = (typed: string): Map<string, number> =>
    new Map(slips(typed, () => true).map(({ meant, probability }) => [meant, probability]));
  it("is undone by every kind, as often as the server holds it to happen", () => {
    const found = meant("teh");
    expect(found.size).toBe(107);
    expect(found.get("the")).toBeCloseTo(0.002, 8);
    expect(found.get("ten")).toBeCloseTo(0.0005, 8);
    expect(found.get("th")).toBeCloseTo(0.00003846, 8);
    expect(meant("tomm").get("tom")).toBeCloseTo(0.00080769, 8);
  });
  it("keeps capitals, and never gives what was typed", () => {
    const found = meant("Seperate");
    expect(found.get("Separate")).toBeCloseTo(0.00010312, 8);
    expect(found.has("Seperate")).toBe(false);
  });
  it("leads to nothing that begins no word", () => {
    expect(slips("teh", (text) => "the".startsWith(text)).map(({ meant }) => meant)).toEqual(["th", "the"]);
  });
});

describe("the memory of a dialogue", () => {
  const memories = new WordMemories();
  it("expects a word most where it stood before", () => {
    const memory = memories.open(["I drink tea.", "I drink milk and tea"], "I drink ");
    const { chances, mass } = memory.expect("");
    expect([...chances.keys()].slice(0, 2)).toEqual(["tea", "milk"]);
    expect(mass).toBeGreaterThan([...chances.values()].reduce((sum, each) => sum + each, 0) - 1e-9);
    expect([...memory.expect("m").chances.keys()]).toEqual(["milk"]);
  });
  it("knows a name as it was last written, and what the turn itself holds", () => {
    const memory = memories.open(["ZERMATT is high"], "Zermatt, so ");
    expect(memory.spelling("zermatt")).toBe("Zermatt");
    expect([memory.wrote("Zermatt"), memory.wrote("high")]).toEqual([true, false]);
    expect(memory.before).toEqual(["Zermatt", ",", "so"]);
  });
  it("forgets what lies too far back", () => {
    const memory = memories.open(["Zermatt", "fine ".repeat(500)], "so ");
    expect(memory.expect("z").chances.size).toBe(0);
  });
  it("expects nothing of nothing", () => {
    expect(memories.open([], "").expect("")).toEqual({ chances: new Map(), mass: 0 });
  });
});
