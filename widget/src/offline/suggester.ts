// Words for the list and a phrase for the ghost text, as edits of a text that is being typed.
import type { Answer } from "../client";
import type { Suggestion } from "../offer";
import { Mender } from "./mender";
import { Offensive } from "./offensive";
import { Permission } from "./permission";
import { extend, type Phrase } from "./phrase";
import { type Context, isFreshLine, Places } from "./places";
import type { Question } from "./question";
import type { Runner } from "./runner";
import { type Findings, type Found, LEAST, Searcher } from "./search";
import { Tokenizer } from "./tokenizer";
import { Trie } from "./trie";
import { foldQuotes, halfTyped, isSpaceDue } from "./typing";
import type { Vocabulary } from "./vocabulary";

/** Once so many letters are typed, of words less probable than this only the best is offered. */
const SURE_LETTERS = 4;
const LEAST_OFFERED = 0.01;
/** Divided by at least. */
const TINY = 1e-30;

export class Suggester {
  readonly #places: Places;
  readonly #searcher: Searcher;
  readonly #mender: Mender;
  readonly #offensive: Offensive;
  readonly #runner: Runner;

  constructor(runner: Runner, vocabulary: Vocabulary) {
    this.#runner = runner;
    this.#places = new Places(runner, new Tokenizer(vocabulary), vocabulary.pieces);
    this.#searcher = new Searcher(runner, vocabulary, new Trie(vocabulary.pieces));
    this.#mender = new Mender(this.#searcher);
    this.#offensive = new Offensive(vocabulary.sent.offensive);
  }

  /** Answer a question; `goOn` is awaited between steps, and throws when there is no need to. */
  async suggest(question: Question, goOn: () => Promise<void>): Promise<Answer> {
    const { text, n, words: mostWords } = question;
    const context = await this.#places.open(question.turns, text + (isSpaceDue(text) ? " " : ""));
    // In the midst of something that is no word nothing is suggested.
    if (!context.typed && !isFreshLine(context)) return { words: [], phrase: null };
    const typed = halfTyped(text);
    const edit = ({ text: word, probability }: Phrase): Suggestion =>
      edited(text, typed, word, probability);
    const half = foldQuotes(typed);
    const settled = text.slice(0, text.length - typed.length);
    const permission = new Permission(question, settled, half, this.#offensive);
    const find = async (count: number, whole: boolean): Promise<Found[]> => {
      const most = count + question.avoid.length;
      const found = await this.#search(context, half, most, whole, goOn);
      const widened = await this.#mender.widen(context, half, found, most, goOn);
      return offered(widened, half, count, permission);
    };
    const words = await find(n, false);
    const [first] = mostWords > 1 ? await find(1, true) : [];
    const { vocabulary } = this.#searcher;
    const phrase =
      first && (await extend(first, mostWords, permission, this.#runner, vocabulary, goOn));
    return {
      words: words.map(edit),
      // A word that is typed in full is a suggestion only with more words behind it.
      phrase: phrase && phrase.text !== half ? edit(phrase) : null,
    };
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

/** The `n` best words that may be offered, the most probable first. */
function offered({ words, mass }: Findings, half: string, n: number, permission: Permission): Found[] {
  const found = words
    .map((each) => ({ ...each, probability: Math.min(each.probability / mass, 1) }))
    .filter(({ text, probability }) => probability >= LEAST && permission.first(text))
    .sort((a, b) => b.probability - a.probability);
  const least = [...half].length < SURE_LETTERS ? LEAST : LEAST_OFFERED;
  const best = found.find(({ text }) => text !== half);
  const likely = found.filter((each) => each.probability >= least || each === best);
  return withExact(likely, half, n);
}

/** The `n` best; of several, one goes on from `half` as it is typed, if any does. */
function withExact(found: Found[], half: string, n: number): Found[] {
  const exact = found.find(({ text }) => goesOn(text, half));
  const best = found.slice(0, n);
  return !exact || best.includes(exact) || n === 1 ? best : [...best.slice(0, -1), exact];
}

function goesOn(word: string, half: string): boolean {
  return word.toLowerCase().startsWith(half.toLowerCase());
}

function edited(text: string, typed: string, word: string, probability: number): Suggestion {
  // What stands already stays as it was typed: quotes may differ from the network's.
  const whole = goesOn(word, foldQuotes(typed)) ? typed + word.slice(typed.length) : word;
  const gap = isSpaceDue(text) ? " " : "";
  const start = text.length - typed.length;
  return { text: whole, insert: gap + whole, start, end: text.length, probability };
}
