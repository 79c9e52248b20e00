// Goes on from a word for as long as the network is sure: a beam search (chatbot/phrases.py).
import { toBytes, toText } from "./bytes";
import type { Permission } from "./permission";
import type { Ahead, Runner } from "./runner";
import { isWord } from "./typing";
import type { Vocabulary } from "./vocabulary";

const MOST_IDS = 12;
/** Ways that are followed side by side. */
const BEAM = 3;
/** A phrase ends before an id less probable than this. */
const LEAST_STEP = 0.2;
/** It grows no longer once the whole would be less probable than this. */
const LEAST_PHRASE = 0.3;
/** Share by which a phrase says less of its chance with each word after the first. */
const DOUBT = 0.06;

export interface Phrase {
  readonly text: string;
  readonly probability: number;
}

/** Where a phrase may end, and where one of fewer words might have before. */
export interface End extends Phrase {
  readonly shorter: End | null;
  /** The network after it. */
  readonly ahead: Ahead;
}

/** A beginning of a phrase, perhaps in the middle of a word. */
interface Way {
  readonly spelled: string;
  readonly reached: number;
  readonly ahead: Ahead;
  /** Whether it is no longer than its first word. */
  readonly isFirst: boolean;
  /** Where it may end last. */
  readonly end: End;
}

interface More {
  readonly way: Way;
  readonly reached: number;
  readonly id: number;
}

/**
 * Go on from `first`, a beam that is scored word by word, up to what may not follow. Gives where the
 * phrase may end, the shortest first.
 */
export async function extend(
  first: Phrase & { readonly ahead: Ahead },
  mostWords: number,
  permission: Permission,
  runner: Runner,
  vocabulary: Vocabulary,
  goOn: () => Promise<void>,
): Promise<End[]> {
  const { text, probability: reached, ahead } = first;
  let best: End = { text, probability: reached, shorter: null, ahead };
  let beam: Way[] = [{ spelled: toBytes(text), reached, ahead, isFirst: true, end: best }];
  for (let i = 0; i < MOST_IDS && beam.length; i++) {
    const ways = await Promise.all(beam.map((way) => longer(way, mostWords, runner, vocabulary)));
    const chosen = ways
      .flat()
      .sort((a, b) => b.reached - a.reached)
      .slice(0, BEAM);
    if (!chosen.length) break;
    await goOn();
    const aheads = await runner.step(
      chosen.map(({ id }) => id),
      chosen.map(({ way }) => way.ahead.state),
    );
    beam = chosen.map((more, lane) => grown(more, aheads[lane]!, vocabulary));
    for (const { end } of beam) if (isBetter(end, best)) best = end;
    if (wordsIn(best.text) === mostWords) beam = beam.filter((way) => way.reached > best.probability);
  }
  while (best.shorter && !permission.further(best.text)) best = best.shorter;
  const ends: End[] = [];
  for (let end: End | null = best; end; end = end.shorter) ends.unshift(end);
  return ends;
}

/** The ids that may come next, with the probability of the way with each. */
async function longer(
  way: Way,
  mostWords: number,
  runner: Runner,
  { ends, pieces }: Vocabulary,
): Promise<More[]> {
  if (way.reached < LEAST_PHRASE) return [];
  let [chances] = (await runner.chances([way.ahead])) as [Float32Array];
  if (way.isFirst) {
    // That the first word ends here is known, and its probability has it counted.
    const share = Math.max(way.ahead.ends, 1e-30);
    chances = chances.map((chance, id) => (ends[id] ? chance / share : 0));
  }
  const isComplete = wordsIn(way.end.text) === mostWords;
  const isFull = wordsIn(way.spelled) === mostWords;
  return highest(chances, BEAM).flatMap((id) => {
    const reached = way.reached * chances[id]!;
    const piece = pieces[id]!;
    const isSure = chances[id]! >= LEAST_STEP && reached >= LEAST_PHRASE;
    const isOver = (isComplete && ends[id]) || (isFull && piece.startsWith(" "));
    return isSure && !isOver && piece && piece !== "\n" ? [{ way, reached, id }] : [];
  });
}

function grown({ way, reached, id }: More, ahead: Ahead, vocabulary: Vocabulary): Way {
  const spelled = way.spelled + vocabulary.pieces[id]!;
  const probability = reached * ahead.ends;
  const text = toText(spelled);
  const mayEnd =
    text !== null &&
    isWord(text.slice(text.lastIndexOf(" ") + 1)) &&
    said({ text, probability }) >= LEAST_PHRASE;
  if (!mayEnd) return { spelled, reached, ahead, isFirst: false, end: way.end };
  // "do" was no word of a way that goes on to "doing".
  let shorter: End | null = way.end;
  while (shorter && wordsIn(shorter.text) >= wordsIn(text)) shorter = shorter.shorter;
  return { spelled, reached, ahead, isFirst: false, end: { text, probability, shorter, ahead } };
}

/** What a phrase says of its chance: the best of several ways is chosen for being probable. */
export function said({ text, probability }: Phrase): number {
  return Math.min(probability, 1) * (1 - DOUBT) ** (wordsIn(text) - 1);
}

function isBetter(one: Phrase, other: Phrase): boolean {
  const more = wordsIn(one.text) - wordsIn(other.text);
  return more > 0 || (more === 0 && one.probability > other.probability);
}

function wordsIn(phrase: string): number {
  return phrase.split(" ").length;
}

/** The ids of the `count` greatest values. */
function highest(values: Float32Array, count: number): number[] {
  const found: number[] = [];
  for (let id = 0; id < values.length; id++) {
    if (found.length === count && values[id]! <= values[found.at(-1)!]!) continue;
    const at = found.findIndex((other) => values[id]! > values[other]!);
    found.splice(at < 0 ? found.length : at, 0, id);
    found.length = Math.min(found.length, count);
  }
  return found;
}
