// Reads a dialogue into a state, and remembers states between words, so that a key costs a word at
// the most (chatbot/context.py).
import { toBytes, toTextAnyhow } from "./bytes";
import { keyOf, Recent } from "./recent";
import type { Ahead, Known, Runner } from "./runner";
import type { Tokenizer } from "./tokenizer";
import { foldQuotes, halfTyped, settle } from "./typing";

/** The network after some ids; an object for each place, so places can be told apart. */
export interface Place extends Known {
  readonly serial: number;
}

/** A dialogue that is being continued: what is settled was read, what is typed constrains. */
export interface Context {
  readonly place: Place;
  readonly settled: string;
  readonly typed: string;
  /** Bytes after the settled part that the place has read already: the start of a long word. */
  readonly read: string;
}

const PLACES = 128;
/** Words that were followed, kept for the next key: a text that is going on has one of them. */
const FOLLOWED = 64;
/** Ids read at most, of a dialogue that was not read as it grew: about a second of work. */
const MOST_IDS = 256;
const MOST_CHARACTERS = 8192;
const WORDS_BACK = 12;
const TURNS_BACK = 4;
/** Dialogues of as many turns of which so many last ones are the same are taken for one. */
const TURNS_TOLD = 16;
/** What the network reads before the only turn that is told: as `_GREETING` in draft.py. */
const GREETING = "Hi.";
/** A word of more bytes no longer constrains: it is read as it stands. */
const LONGEST_WORD = 64;

/** Whether the next id begins a line, so that its leading space is no text. */
export function isFreshLine({ typed, settled }: Pick<Context, "typed" | "settled">): boolean {
  return !typed && (!settled || settled.endsWith("\n"));
}

/** Whether the half-typed word stands right behind another one: "Hello,h". */
export function isGlued(context: Context, half: string): boolean {
  const lead = toTextAnyhow(context.typed).slice(0, -half.length || undefined);
  return /[\p{L}\p{N}]/u.test(lead) || !(lead || isFreshLine(context));
}

export class Places {
  readonly #kept = new Recent<Place>(PLACES);
  readonly #followed = new Recent<Place>(FOLLOWED);
  readonly #runner: Runner;
  readonly #tokenizer: Tokenizer;
  readonly #pieces: readonly string[];
  #serial = 0;

  constructor(runner: Runner, tokenizer: Tokenizer, pieces: readonly string[]) {
    this.#runner = runner;
    this.#tokenizer = tokenizer;
    this.#pieces = pieces;
  }

  /** Read the earlier `turns` and what is settled of `text`, the turn being written. */
  async open(turns: readonly string[], text: string): Promise<Context> {
    text = foldQuotes(text).replace(/ {2,}/g, " ");
    let [settled, typed] = settle(text);
    if (typed.length > LONGEST_WORD) {
      // A web address, say: only the word at its end still constrains.
      let half = halfTyped(text);
      if (toBytes(half).length > LONGEST_WORD) half = "";
      typed = toBytes(half);
      settled = text.slice(0, text.length - half.length);
    }
    const read = turns.length === 1 ? [GREETING, ...turns] : turns;
    const place = await this.#read([...read.map(foldQuotes), settled]);
    return { place, settled, typed, read: "" };
  }

  /** Read the typed bytes as the tokenizer spells them, all but the last piece of them. */
  async spell(context: Context): Promise<Context> {
    const ids = this.#tokenizer.encode(toTextAnyhow(context.typed), true);
    if (ids.length < 2) return context;
    const typed = this.#pieces[ids.pop()!]!;
    const read = context.typed.slice(0, context.typed.length - typed.length);
    return { ...context, place: await this.#go(ids, context.place), typed, read };
  }

  /** The network after `word`, spelled as the tokenizer does, in place of its beginning `half`. */
  async follow({ place, typed, settled }: Context, half: string, word: string): Promise<Ahead> {
    const lead = toTextAnyhow(typed.slice(0, typed.length - toBytes(half).length));
    const ids = this.#tokenizer.encode(lead + word, !isFreshLine({ typed, settled }));
    const key = `${place.serial}:${ids}`;
    const ahead = this.#followed.get(key) ?? (await this.#go(ids, place));
    this.#followed.set(key, ahead);
    return ahead;
  }

  async #read(texts: readonly string[]): Promise<Place> {
    let [ids, known] = this.#missing(texts);
    if (!known || ids.length > MOST_IDS) {
      ids = this.#tokenizer.render(texts.map(tail)).slice(-MOST_IDS);
      known = null;
    }
    const place = await this.#go(ids, known);
    this.#kept.set(keyOfDialogue(texts), place);
    return place;
  }

  /** The longest known beginning of a dialogue: the ids after it, and its place. */
  #missing(texts: readonly string[]): [ids: number[], place: Place | null] {
    let rest: number[] = [];
    const oldest = Math.max(texts.length - TURNS_BACK, 0);
    for (let i = texts.length - 1; i >= oldest; i--) {
      const text = texts[i]!;
      for (const known of prefixes(text)) {
        const place = this.#kept.get(keyOfDialogue([...texts.slice(0, i), known]));
        if (!place) continue;
        if (text.length - known.length > MOST_CHARACTERS) return [[], null];
        const midLine = known !== "" && !known.endsWith("\n");
        return [[...this.#tokenizer.encode(text.slice(known.length), midLine), ...rest], place];
      }
      if (text.length > MOST_CHARACTERS) break;
      rest = [this.#tokenizer.turn, ...this.#tokenizer.encode(text), ...rest];
    }
    return [[], null];
  }

  async #go(ids: readonly number[], from: Place | null): Promise<Place> {
    const last = ids.at(-1);
    if (last === undefined) return from!;
    let state = from?.state ?? this.#runner.start();
    for (const id of ids.slice(0, -1)) state = await this.#runner.advance(id, state);
    const [ahead] = await this.#runner.step([last], [state]);
    return { ...ahead!, serial: this.#serial++ };
  }
}

/** What tells a dialogue apart: its length and its end, so that a key of a long one stays small. */
function keyOfDialogue(texts: readonly string[]): string {
  return keyOf([texts.length, ...texts.slice(-TURNS_TOLD)]);
}

/** The end of a turn that is too long, from a word on. */
function tail(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  const end = text.slice(-MOST_CHARACTERS);
  return end.slice(end.indexOf(" ") + 1);
}

/** `text`, then what stands before each of its last words; "" last. */
function* prefixes(text: string): Generator<string> {
  for (let i = 0; i < WORDS_BACK; i++) {
    yield text;
    if (!text) return;
    const cut = Math.max(text.lastIndexOf(" "), text.lastIndexOf("\n"), 0);
    // The start of a line is a place of its own, as its first word is spelled with a space.
    text = text.slice(0, text[cut] === "\n" && cut + 1 < text.length ? cut + 1 : cut);
  }
  yield "";
}
