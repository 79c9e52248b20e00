// Finds the words that a half-typed one may have been meant to be (chatbot/slip_search.py).
import { toBytes } from "./bytes";
import { corrected } from "./misspellings";
import type { Context } from "./places";
import { Recent } from "./recent";
import type { Findings, Found, Searcher } from "./search";
import { mayBeMended, RATE, type Slip, slips } from "./slips";

/** Ways to have slipped that are searched. */
const SEARCHED = 2;
/** A way less probable than this share of what was typed as it stands is not searched. */
const LEAST_SHARE = 0.01;
/** What was typed is taken as it stands where that is more probable than this. */
const SURE = 0.002;
/** p(typed | meant) of a listed misspelling. */
const HABIT = 0.15;
const KEPT = 256;

/** A way to have slipped, and the pieces that begin with it. */
interface Way extends Slip {
  readonly ids: Int32Array;
}

type Words = Map<string, Found>;
type Add = (slip: Slip) => Promise<number>;

export class Mender {
  readonly #ways = new Recent<Way[]>(KEPT);
  readonly #searcher: Searcher;

  constructor(searcher: Searcher) {
    this.#searcher = searcher;
  }

  /** Add to what was found for `half` what may have been meant. */
  async widen(
    context: Context,
    half: string,
    found: Findings,
    n: number,
    goOn: () => Promise<void>,
  ): Promise<Findings> {
    const words: Words = new Map(found.words.map((each) => [each.text, each]));
    const lead = context.typed.slice(0, context.typed.length - toBytes(half).length);
    /** Search what was meant as if it had been typed; gives how probable that is. */
    const add: Add = async ({ meant, probability }) => {
      const typed = lead + toBytes(meant);
      const more = await this.#searcher.run({ ...context, typed }, meant, n, true, goOn);
      for (const each of more.words) put(words, each, probability * each.probability);
      return probability * more.mass;
    };
    let { mass } = found;
    if (mass <= SURE && mayBeMended(half)) {
      mass = await mend(words, mass, this.#find(lead, half), context.place.chances, add);
    }
    const meant = corrected(half);
    if (meant) mass += await add({ meant, probability: HABIT });
    return { words: [...words.values()], mass };
  }

  /** The ways to have slipped in `half`, which stands after the bytes `lead`. */
  #find(lead: string, half: string): Way[] {
    const key = lead + half;
    const known = this.#ways.get(key);
    if (known) return known;
    const { trie } = this.#searcher;
    const begun = (text: string): Int32Array => trie.startingWith(lead + toBytes(text));
    const ways = slips(half, (text) => begun(text).length > 0);
    const found = ways.map((slip) => ({ ...slip, ids: begun(slip.meant) }));
    this.#ways.set(key, found);
    return found;
  }
}

/** Widen by what is one slip away; gives the probability of all. */
async function mend(
  words: Words,
  mass: number,
  ways: readonly Way[],
  chances: Float32Array,
  add: Add,
): Promise<number> {
  const weighed = ways.map((way) => {
    const chance = way.ids.reduce((sum, id) => sum + chances[id]!, 0);
    return { way, share: chance * way.probability };
  });
  const kept = 1 - RATE;
  for (const [text, each] of words) words.set(text, { ...each, probability: kept * each.probability });
  const best = [...weighed].sort((a, b) => b.share - a.share).slice(0, SEARCHED);
  for (const { way, share } of best) if (share > LEAST_SHARE * kept * mass) await add(way);
  return kept * mass + weighed.reduce((sum, { share }) => sum + share, 0);
}

/** Add a word: one that is found as it stands keeps its way, and two slips may lead to one. */
function put(words: Words, word: Found, more: number): void {
  const before = words.get(word.text) ?? { ...word, probability: 0 };
  words.set(word.text, { ...before, probability: before.probability + more });
}
