// Goes on from a word for as long as the network is sure (chatbot/suggestion.py).
import { toBytes, toText } from "./bytes";
import type { Ahead, Runner } from "./runner";
import type { Found } from "./search";
import { isWord } from "./typing";
import type { Vocabulary } from "./vocabulary";

const MOST_IDS = 12;
/** A phrase ends before an id less probable than this. */
const LEAST_STEP = 0.2;
/** It grows no longer once the whole would be less probable than this. */
const LEAST_PHRASE = 0.3;

export interface Phrase {
  readonly text: string;
  readonly probability: number;
}

/** Go on greedily from `first`, whose probability is `reached`; whole words only. */
export async function extend(
  first: Found,
  reached: number,
  mostWords: number,
  runner: Runner,
  vocabulary: Vocabulary,
  goOn: () => Promise<void>,
): Promise<Phrase> {
  let phrase = toBytes(first.text);
  let kept: Phrase = { text: first.text, probability: reached };
  let { chances, state }: Ahead = first.ahead;
  // That the first word ends here is known, and its probability has it counted.
  const ending = Math.max(vocabulary.ending(chances), 1e-30);
  chances = chances.map((chance, id) => (vocabulary.ends[id] ? chance / ending : 0));
  for (let i = 0; i < MOST_IDS; i++) {
    const best = argmax(chances);
    const text = vocabulary.ends[best] ? toText(phrase) : null;
    if (text !== null && isWord(text.slice(text.lastIndexOf(" ") + 1))) {
      kept = { text, probability: reached * vocabulary.ending(chances) };
      if (text.split(" ").length >= mostWords) break;
    }
    const step = chances[best]!;
    const piece = vocabulary.pieces[best]!;
    const isSure = step >= LEAST_STEP && reached * step >= LEAST_PHRASE;
    if (!isSure || !piece || piece === "\n") break;
    phrase += piece;
    reached *= step;
    await goOn();
    [{ chances, state }] = (await runner.step([best], [state])) as [Ahead];
  }
  return kept;
}

function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
