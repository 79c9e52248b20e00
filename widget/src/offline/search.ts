// The words that agree with what is typed, the most probable first: a best-first search over
// spellings, a batch a round (chatbot/word_search.py says how and why).
import { toBytes, toText, toTextAnyhow } from "./bytes";
import { Heap } from "./heap";
import type { Context, Place } from "./places";
import { Recent } from "./recent";
import type { Ahead, Runner } from "./runner";
import type { Trie } from "./trie";
import { isWord } from "./typing";
import type { Vocabulary } from "./vocabulary";

export interface Found {
  readonly text: string;
  readonly probability: number;
  /** Where its best spelling leads. */
  readonly ahead: Ahead;
}

/** What a search found; all joint with what is typed, whose probability `mass` is. */
export interface Findings {
  readonly words: readonly Found[];
  readonly mass: number;
}

/** A spelling whose word may go on. */
interface Open {
  readonly probability: number;
  readonly spelled: string;
  /** What is still to be covered of the typed bytes. */
  readonly typed: string;
  readonly path: readonly number[];
  /** Before the last id. */
  readonly state: Float32Array;
}

interface Spelled extends Found {
  readonly best: number;
}

const ROUNDS = 8;
const LANES = 8;
/** The best of a batch: what is much less probable than the last of them waits. */
const LIKELY = 3;
/** An open spelling less probable than this share of the n-th best word is given up. */
const LEAST_SHARE = 0.5;
/** A spelling or word less probable than this, given what was typed, is given up. */
export const LEAST = 0.001;
const REMEMBERED = 256;

/** Thrown when nobody waits for the answer any more. */
export class Superseded extends Error {}

export class Searcher {
  readonly #known = new Recent<Ahead>(REMEMBERED);
  readonly #runner: Runner;

  constructor(
    runner: Runner,
    readonly vocabulary: Vocabulary,
    readonly trie: Trie,
  ) {
    this.#runner = runner;
  }

  /** Find the `n` best words; with `whole`, `half` itself may be among them. */
  async run(
    context: Context,
    half: string,
    n: number,
    whole: boolean,
    goOn: () => Promise<void>,
  ): Promise<Findings> {
    const search = new Search(this, context, half, n, whole);
    for (let round = 0; round < ROUNDS; round++) {
      const batch = search.nextBatch();
      if (!batch.length) break;
      await goOn();
      search.take(batch, await this.#lookAhead(context.place, batch));
    }
    return { words: search.words(), mass: search.mass };
  }

  /** Step the last id of each spelling, unless an earlier key did. */
  async #lookAhead({ serial }: Place, batch: readonly Open[]): Promise<Ahead[]> {
    const keyOf = ({ path }: Open): string => `${serial}:${path}`;
    const known = batch.map((open) => {
      const ahead = this.#known.get(keyOf(open));
      return ahead?.chances || isInside(open) ? ahead : undefined;
    });
    const fresh = batch.filter((_, i) => !known[i]);
    const stepped = fresh.length ? await this.#scout(fresh) : [];
    fresh.forEach((open, i) => this.#known.set(keyOf(open), stepped[i]!));
    return known.map((ahead) => ahead ?? stepped.shift()!);
  }

  async #scout(batch: readonly Open[]): Promise<Ahead[]> {
    const ids = batch.map(({ path }) => path.at(-1)!);
    const states = batch.map(({ state }) => state);
    return batch.every(isInside) ? this.#runner.look(ids, states) : this.#runner.step(ids, states);
  }
}

/** Whether only ids that go on with the word can cover what is left of the typed bytes. */
function isInside({ typed }: Open): boolean {
  return /^([A-Za-z0-9'-]|$)/.test(typed);
}

class Search {
  mass = 0;
  readonly #open = new Heap<Open>();
  readonly #found = new Map<string, Spelled>();
  /** Bytes of a spelling before the half-typed word. */
  readonly #skip: number;

  constructor(
    readonly by: Searcher,
    context: Context,
    readonly half: string,
    readonly n: number,
    readonly whole: boolean,
  ) {
    const { place, read } = context;
    const typed = context.typed || " ";
    this.#skip = read.length + typed.length - toBytes(half).length;
    this.#branch({ probability: 1, spelled: read, typed, path: [], state: place.state }, place);
  }

  /** Count and open what follows each spelling of a batch. */
  take(batch: readonly Open[], aheads: readonly Ahead[]): void {
    batch.forEach((open, i) => {
      if (!open.typed) this.#add(open, aheads[i]!);
      this.#branch(open, aheads[i]!);
    });
  }

  /** The words found so far, "what" and "What" as one, written in the likelier way. */
  words(): Found[] {
    const cases = new Map<string, Spelled>();
    for (const each of this.#found.values()) {
      if (!this.whole && each.text === this.half) continue;
      const key = each.text.toLowerCase();
      const other = cases.get(key);
      // `best` holds the likeliest case here.
      const probability = each.probability + (other?.probability ?? 0);
      const likelier = other && other.best >= each.probability ? other : { ...each, best: each.probability };
      cases.set(key, { ...likelier, probability });
    }
    return [...cases.values()].filter(({ probability }) => probability >= LEAST * this.mass);
  }

  nextBatch(): Open[] {
    const chances = this.words().map(({ probability }) => probability);
    const nth = chances.sort((a, b) => b - a)[this.n - 1] ?? 0;
    let least = Math.max(LEAST * this.mass, nth * LEAST_SHARE);
    const batch: Open[] = [];
    while (batch.length < LANES && (this.#open.best?.probability ?? -1) >= least) {
      batch.push(this.#open.pop()!);
      // What is less probable waits for the next batch.
      if (batch.length === LIKELY) least = Math.max(least, batch.at(-1)!.probability * LEAST_SHARE);
    }
    return batch;
  }

  /** Open the most probable ways on that agree with what is typed. */
  #branch(parent: Open, ahead: Ahead): void {
    const { typed, probability: share } = parent;
    const chance = this.#chance(ahead);
    let covering = this.by.vocabulary.goesOn;
    if (typed) {
      covering = this.by.trie.startingWith(typed);
      this.mass += share * covering.reduce((sum, id) => sum + chance(id), 0);
      for (const [id, length] of this.by.trie.prefixesOf(typed)) {
        this.#push(parent, ahead, id, typed.slice(length));
      }
    }
    const least = LEAST * this.mass;
    const likely = covering.filter((id) => chance(id) * share > least);
    const most = ROUNDS * LANES;
    if (likely.length > most) likely.sort((a, b) => chance(b) - chance(a));
    for (const id of likely.subarray(0, most)) this.#push(parent, ahead, id, "");
  }

  /** The chance of an id; of a word that was only looked at, those that go on with it. */
  #chance({ chances, inside }: Ahead): (id: number) => number {
    if (chances) return (id) => chances[id]!;
    const { inside: place } = this.by.vocabulary;
    return (id) => inside[place[id]!]!;
  }

  #push(parent: Open, ahead: Ahead, id: number, typed: string): void {
    const spelled = parent.spelled + this.by.vocabulary.pieces[id]!;
    const probability = parent.probability * this.#chance(ahead)(id);
    const { state } = ahead;
    if (probability > 0 && (typed || this.#mayBeWord(spelled))) {
      this.#open.push({ probability, spelled, typed, path: [...parent.path, id], state });
    }
  }

  #mayBeWord(spelled: string): boolean {
    const begun = toTextAnyhow(spelled.slice(this.#skip)).replace(/\ufffd/g, "");
    return /^([\p{L}\p{N}]|$)/u.test(begun);
  }

  /** Count the word that may end here. */
  #add({ spelled, probability: share }: Open, ahead: Ahead): void {
    const text = toText(spelled.slice(this.#skip));
    if (text === null || !isWord(text)) return;
    const probability = share * ahead.ends;
    const before = this.#found.get(text) ?? { probability: 0, best: 0, ahead };
    const better = probability > before.best ? { best: probability, ahead } : before;
    this.#found.set(text, {
      text,
      probability: before.probability + probability,
      best: better.best,
      ahead: better.ahead,
    });
  }
}
