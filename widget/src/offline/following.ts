// Weighs words by what stands after the caret (chatbot/following.py says how).
import type { Candidate } from "./blend";
import type { End } from "./phrase";
import type { Ahead, Known, Runner } from "./runner";
import type { Tokenizer } from "./tokenizer";
import { cut, foldQuotes, WORD } from "./typing";

/** Words weighed by the first id of the text after the caret, and of these how many go on. */
const CANDIDATES = 32;
const KEPT = 8;
/** Ids of that text, and characters of its first line, that are looked at. */
const IDS = 3;
const CHARACTERS = 48;
const FIRST = new RegExp(`^[^\\S\\n]*(${WORD})`, "u");
const GOES_ON = new RegExp(`^['\u2019]?${WORD}`, "u");
/** Characters after the caret that a phrase might say again: no phrase is longer. */
const THERE = 256;
/** No id is held to be less probable than this: one surprise decides nothing alone. */
const LEAST = 1e-9;

export class Following {
  /** The word that stands next in the line, lower-cased, or "". */
  readonly #there: string;
  /** The words and signs that stand next, lower-cased. */
  readonly #next: readonly string[];
  readonly #ids: readonly number[];
  readonly #runner: Runner;

  constructor(after: string, tokenizer: Tokenizer, runner: Runner) {
    const next = FIRST.exec(foldQuotes(after));
    this.#there = next?.[1]?.toLowerCase() ?? "";
    this.#next = lower(after.slice(0, THERE));
    this.#ids = tokenizer.encode(lineOf(after), true).slice(0, IDS);
    this.#runner = runner;
  }

  /** How many words to find: 0 for no more than are asked for. */
  get candidates(): number {
    return this.#ids.length ? CANDIDATES : 0;
  }

  /** Weigh words anew, the most probable first; what stands there already is not offered. */
  async rank(
    found: readonly Candidate[],
    follow: (word: Candidate) => Promise<Ahead>,
    goOn: () => Promise<void>,
  ): Promise<Candidate[]> {
    const wanted = found.filter(({ text }) => text.toLowerCase() !== this.#there);
    if (!this.#ids.length || wanted.length < 2) return wanted;
    const [chosen, rest] = [wanted.slice(0, CANDIDATES), wanted.slice(CANDIDATES)];
    const aheads: Ahead[] = [];
    for (const word of chosen) {
      if (!word.ahead) await goOn();
      aheads.push(await follow(word));
    }
    await goOn();
    const weights = await this.#weigh(chosen, aheads);
    const share = sum(chosen.map(({ probability }) => probability)) / sum(weights);
    const weighed = chosen.map((word, i) => ({ ...word, probability: weights[i]! * share }));
    // None of the rest is weighed, so none may be held to be better than one that is.
    const best = Math.max(...[...rest, chosen.at(-1)!].map(({ probability }) => probability));
    const least = Math.min(...weighed.map(({ probability }) => probability)) / best;
    const behind = rest.map((word) => ({ ...word, probability: word.probability * least }));
    return [...weighed, ...behind].sort((a, b) => b.probability - a.probability);
  }

  /** Where a phrase ends, of the places where it may: where what stands there follows best. */
  async choose(ends: readonly End[]): Promise<End> {
    const kept = this.#fresh(ends);
    if (!this.#ids.length || kept.length < 2) return kept.at(-1)!;
    const weights = await this.#weigh(kept, kept.map(({ ahead }) => ahead));
    return kept[weights.indexOf(Math.max(...weights))]!;
  }

  /** The ends of a phrase up to where it would say what stands there already. */
  #fresh(ends: readonly End[]): readonly End[] {
    const isSaid = ({ text }: End): boolean => {
      const said = lower(text.slice(ends[0]!.text.length));
      return said.at(-1) === this.#next[0] || said.every((word, i) => word === this.#next[i]);
    };
    const stop = ends.findIndex((end, i) => i > 0 && isSaid(end));
    return stop < 0 ? ends : ends.slice(0, stop);
  }

  /** probability x p(the text after the caret) after each, up to one factor. */
  async #weigh(before: readonly { probability: number }[], aheads: readonly Ahead[]): Promise<number[]> {
    const chances = await this.#runner.chances(aheads);
    const first = chances.map((each) => log(each[this.#ids[0]!]!));
    const logs = before.map(({ probability }, i) => log(probability) + first[i]!);
    const order = [...logs.keys()].sort((a, b) => logs[b]! - logs[a]!);
    const [kept, behind] = [order.slice(0, KEPT), order.slice(KEPT)];
    const further = await this.#further(kept.map((i) => aheads[i]!.state));
    kept.forEach((i, lane) => (logs[i]! += further[lane]!));
    // Who falls behind at the first id is held to do as badly as the worst of those that go on.
    const worst = Math.min(...further);
    const least = Math.min(...kept.map((i) => logs[i]!));
    for (const i of behind) logs[i] = Math.min(logs[i]! + worst, least);
    const most = Math.max(...logs);
    return logs.map((each) => Math.exp(each - most));
  }

  /** log p(each id but the first | the ids before) from each state before the first. */
  async #further(states: readonly Float32Array[]): Promise<number[]> {
    const logs = states.map(() => 0);
    for (let i = 1; i < this.#ids.length; i++) {
      const read = states.map(() => this.#ids[i - 1]!);
      const stepped: Known[] = await this.#runner.step(read, states);
      stepped.forEach(({ chances }, lane) => (logs[lane]! += log(chances[this.#ids[i]!]!)));
      states = stepped.map(({ state }) => state);
    }
    return logs;
  }
}

/** Whether the word before the caret goes on right after it: "moth|er", "mother|'s". */
export function isInsideWord(after: string): boolean {
  return GOES_ON.test(after);
}

/** The line after the caret that is looked at, whole words of it, led by the gap before it. */
function lineOf(after: string): string {
  // A character has two UTF-16 units at the most.
  const seen = [...after.slice(0, 2 * CHARACTERS)].slice(0, CHARACTERS).join("");
  let line = foldQuotes(seen).split("\n")[0]!.trimEnd();
  const isCut = after.length > seen.length && !seen.includes("\n");
  if (isCut && line.includes(" ")) line = line.slice(0, line.lastIndexOf(" ")); // its last word, perhaps
  return isInsideWord(line) ? ` ${line}` : line;
}

function lower(text: string): string[] {
  return cut(text).map((word) => word.toLowerCase());
}

function log(chance: number): number {
  return Math.log(Math.max(chance, LEAST));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}
