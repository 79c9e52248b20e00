// Words for the list and a phrase for the ghost text, as edits of a text that is being typed.
import type { Answer } from "../client";
import type { Suggestion } from "../offer";
import { blend, type Candidate } from "./blend";
import { toBytes } from "./bytes";
import { edited, goesOn } from "./edit";
import { Following, isInsideWord } from "./following";
import { isSpaceDue } from "./gap";
import { Lexicon } from "./lexicon";
import { Mender } from "./mender";
import { Offensive } from "./offensive";
import { Permission } from "./permission";
import { extend, type Phrase, said } from "./phrase";
import { type Context, isFreshLine, isGlued, Places } from "./places";
import type { Question } from "./question";
import type { Ahead, Runner } from "./runner";
import { type Findings, Searcher } from "./search";
import { Tokenizer } from "./tokenizer";
import { Trie } from "./trie";
import { foldQuotes, halfTyped } from "./typing";
import type { Vocabulary } from "./vocabulary";
import { type DialogueMemory, WordMemories } from "./word_memory";

/**
 * Before the first letter, and once so many are typed, no word less probable than this is offered, but
 * for the best that goes on from those.
 */
const SURE_LETTERS = 4;
const LEAST_OFFERED = 0.01;
/** Nor what goes on from so many that are a word already, unless together they are as probable. */
const LEAST_LONGER = 0.1;
const LEAST_GOING_ON = 0.3;
/** Share of its probability that a word keeps which no lexicon or memory knows. */
const UNREAD = 0.003;
/** Divided by at least. */
const TINY = 1e-30;

/** A turn that is being written, and what is known of it. */
interface Draft {
  readonly context: Context;
  /** The half-typed word, its quotes straight. */
  readonly half: string;
  /** Whether that stands right behind another word. */
  readonly glued: boolean;
  readonly memory: DialogueMemory;
  readonly permission: Permission;
  readonly following: Following;
  /** Words that may be left out: so many more are searched. */
  readonly refused: number;
  /** Whether what is typed is a word that was read. */
  readonly isWord: boolean;
}

export class Suggester {
  readonly #memories = new WordMemories();
  readonly #places: Places;
  readonly #searcher: Searcher;
  readonly #mender: Mender;
  readonly #offensive: Offensive;
  readonly #runner: Runner;
  readonly #tokenizer: Tokenizer;
  readonly #lexicon: Lexicon;

  constructor(runner: Runner, vocabulary: Vocabulary) {
    this.#runner = runner;
    this.#tokenizer = new Tokenizer(vocabulary);
    this.#places = new Places(runner, this.#tokenizer, vocabulary.pieces);
    this.#searcher = new Searcher(runner, vocabulary, new Trie(vocabulary.pieces));
    this.#mender = new Mender(this.#searcher);
    this.#lexicon = new Lexicon(vocabulary.sent.words);
    this.#offensive = new Offensive(vocabulary.sent.offensive);
  }

  /** Answer a question; `goOn` is awaited between steps, and throws when there is no need to. */
  async suggest(question: Question, goOn: () => Promise<void>): Promise<Answer> {
    const draft = await this.#open(question);
    if (!draft) return { words: [], phrase: null };
    const { n, words: mostWords } = question;
    // What is typed in full is no word of the list, but a phrase may go on from it.
    const isForBoth = mostWords > 1;
    const found = await this.#candidates(draft, isForBoth ? n + 1 : n, isForBoth, goOn);
    const best = isForBoth ? found[0] : undefined;
    const phrase = best && (await this.#grow(draft, best, mostWords, goOn));
    const edit = ({ text, probability }: Phrase): Suggestion =>
      edited(question.text, question.after, text, probability);
    const others = found.filter(({ text }) => text !== draft.half);
    return {
      words: withExact(others, draft.half, n).map(edit),
      phrase:
        phrase && phrase.text !== draft.half ? edit({ ...phrase, probability: said(phrase) }) : null,
    };
  }

  /** Read what a question is about; null where nothing is to be suggested. */
  async #open({ text, turns, after, avoid }: Question): Promise<Draft | null> {
    const context = await this.#places.open(turns, text + (isSpaceDue(text) ? " " : ""));
    const typed = halfTyped(text);
    const isInMidst = !context.typed && !isFreshLine(context); // of something that is no word
    const half = foldQuotes(typed);
    const glued = isGlued(context, half);
    if (isInMidst || (glued && !half) || (typed && isInsideWord(after))) return null;
    const memory = this.#memories.open(turns, text.slice(0, text.length - typed.length));
    const permission = new Permission({ avoid, turns, half, memory }, this.#offensive);
    const following = new Following(after, this.#tokenizer, this.#runner);
    const isLong = [...half].length >= SURE_LETTERS;
    const isWord = isLong && !this.#lexicon.isEmpty && this.#lexicon.knows(half);
    return { context, half, glued, memory, permission, following, refused: avoid.length, isWord };
  }

  /** At least `n` words where there are, the most probable first. */
  async #candidates(
    draft: Draft,
    n: number,
    whole: boolean,
    goOn: () => Promise<void>,
  ): Promise<Candidate[]> {
    const { context, half, glued, memory, permission, following, isWord } = draft;
    const most = Math.max(n + draft.refused, following.candidates);
    const typed = await this.#search(context, half, most, whole, goOn);
    const found = await this.#mender.widen(context, half, typed, most, goOn);
    // Where words run together no memory knows what they are.
    const coming = glued ? 0 : Math.max(found.mass, half ? this.#coming(context, half) : 0);
    const expected = memory.expect(half);
    const mixed = blend(found, memory, expected, half, coming);
    const read = this.#asRead(mixed, half, glued ? new Map() : expected.chances);
    const allowed = read.filter(({ text }) => permission.first(text));
    await goOn();
    const ranked = await following.rank(allowed, (word) => this.#follow(draft, word), goOn);
    return likely(ranked, half, isWord);
  }

  /** The words with a share of their probability where nobody ever wrote them. */
  #asRead(found: Candidate[], half: string, remembered: ReadonlyMap<string, number>): Candidate[] {
    const isKnown = (word: string): boolean =>
      word === half ||
      this.#lexicon.isEmpty ||
      this.#lexicon.knows(word) ||
      remembered.has(word.toLowerCase());
    return found
      .map((each) => (isKnown(each.text) ? each : { ...each, probability: UNREAD * each.probability }))
      .sort((a, b) => b.probability - a.probability);
  }

  /** Go on from a word. */
  async #grow(
    draft: Draft,
    word: Candidate,
    mostWords: number,
    goOn: () => Promise<void>,
  ): Promise<Phrase> {
    const first = { ...word, ahead: await this.#follow(draft, word) };
    const { vocabulary } = this.#searcher;
    const ends = await extend(first, mostWords, draft.permission, this.#runner, vocabulary, goOn);
    return draft.following.choose(ends);
  }

  /** The network after a word, also after one that the memory alone found. */
  async #follow({ context, half }: Draft, { ahead, text }: Candidate): Promise<Ahead> {
    return ahead ?? this.#places.follow(context, half, text);
  }

  /** The probability that a word comes where `half` stands, whichever. */
  #coming({ place, typed }: Context, half: string): number {
    const lead = typed.slice(0, typed.length - toBytes(half).length);
    const { trie } = this.#searcher;
    let sum = 0;
    for (const id of trie.startingWith(lead)) sum += place.chances[id]!;
    for (const [id] of trie.prefixesOf(lead)) sum += place.chances[id]!;
    return sum;
  }

  async #search(
    context: Context,
    half: string,
    n: number,
    whole: boolean,
    goOn: () => Promise<void>,
  ): Promise<Findings> {
    const found = await this.#searcher.run(context, half, n, whole, goOn);
    if (found.words.some(({ text }) => text !== half)) return found;
    // A rare word has too many spellings to search: go on from the tokenizer's own.
    const spelled = await this.#places.spell(context);
    const rare = await this.#searcher.run(spelled, half, n, whole, goOn);
    const mass = Math.max(found.mass, TINY);
    const share = mass / (rare.mass || 1);
    const scaled = rare.words.map((each) => ({ ...each, probability: share * each.probability }));
    const known = new Map([...found.words, ...scaled].map((each) => [each.text, each]));
    return { words: [...known.values()], mass };
  }
}

/** Leave out what nobody means, but for the best that goes on from no word yet. */
function likely(found: Candidate[], half: string, isWord: boolean): Candidate[] {
  if (half && [...half].length < SURE_LETTERS) return found;
  const others = found.filter(({ text }) => text !== half);
  const isWhole = isWord && others.reduce((sum, each) => sum + each.probability, 0) < LEAST_GOING_ON;
  const [least, best] = isWhole ? [LEAST_LONGER, null] : [LEAST_OFFERED, half && others[0]];
  const isKept = (each: Candidate): boolean =>
    each.probability >= least || each === best || (isWhole && each.text === half);
  return found.filter(isKept);
}

/** The `n` best; of several, one goes on from `half` as it is typed, if any does. */
function withExact(found: Candidate[], half: string, n: number): Candidate[] {
  const exact = found.find(({ text }) => goesOn(text, half));
  const best = found.slice(0, n);
  return !exact || best.includes(exact) || n === 1 ? best : [...best.slice(0, -1), exact];
}
