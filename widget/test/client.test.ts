import { afterEach, describe, expect, it, vi } from "vitest";
import type { Options } from "../src/api";
import { Client } from "../src/client";

const options = {
  endpoint: "/nowhere",
  n: 3,
  words: 1,
  timeout: 5000,
  turns: ["said \ud83d"],
} as unknown as Options;

const sent: { text: string; after: string; turns: string[] }[] = [];

function answering(): void {
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    sent.push(JSON.parse(body));
    return new Response('{"suggestions": [], "phrase": null}');
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  sent.length = 0;
});

describe("a question", () => {
  it("is well-formed text, also in a browser that knows of no such thing", async () => {
    answering();
    const strings = String.prototype as { toWellFormed?: unknown };
    const known = strings.toWellFormed;
    delete strings.toWellFormed;
    try {
      const answer = await new Client(options).suggest("🍕 \ud83d", false, "\udc4d b", []);
      expect(answer).toEqual({ words: [], phrase: null });
    } finally {
      if (known) Object.defineProperty(strings, "toWellFormed", { value: known, configurable: true });
    }
    expect(sent).toMatchObject([{ text: "🍕 \ufffd", after: "\ufffd b", turns: ["said \ufffd"] }]);
  });
});

describe("a long conversation", () => {
  it("is sent as far as the server reads it, at any key", async () => {
    answering();
    const turns = ["first", ...Array.from({ length: 16 }, () => "x".repeat(10_000)), "last"];
    await new Client({ ...options, turns }).suggest("a", false, "", []);
    const end = sent[0]!.turns;
    expect(end).toHaveLength(16);
    expect(end.at(-1)).toBe("last");
    expect(end.join("").length).toBeLessThan(70_000);
  });
  it("is sent whole while it is short", async () => {
    answering();
    const turns = ["Hello", "", "there"];
    await new Client({ ...options, turns }).suggest("a", false, "", []);
    expect(sent).toMatchObject([{ turns }]);
  });
});

describe("an offline mode that can't be had", () => {
  it("is told, and the server is asked as before", async () => {
    answering();
    const info = vi.spyOn(console, "info").mockImplementation(() => {});
    const client = new Client({ ...options, offline: true });
    await vi.waitFor(() => expect(info).toHaveBeenCalledOnce());
    expect(await client.suggest("a", false, "", [])).toEqual({ words: [], phrase: null });
  });
});
