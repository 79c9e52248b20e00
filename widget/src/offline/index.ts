// The entry of offline.mjs: the same checkpoint in the page, for when its server does not answer.
import type { Options } from "../api";
import type { Answer, Client } from "../client";
import type { Suggestion } from "../offer";
import { AFTER, wellFormed, windowStart } from "../text";
import { Engine } from "./engine";
import type { Question } from "./question";

/** Milliseconds after which the engine is asked too: a late server shall not be felt. */
const PATIENCE = 250;
let opened: Promise<Engine> | null = null;

/** The engine of the server that this file came from: one for all fields of a page. */
export function open(): Promise<Engine> {
  return (opened ??= Engine.open().catch((error: unknown) => {
    opened = null; // the next field may have more luck
    throw error;
  }));
}

/** Let `client` fall back on an engine, which is loaded once the page has nothing else to do. */
export function assist(client: Client, options: Options): void {
  const ask = client.suggest.bind(client);
  const abort = client.abort.bind(client);
  let engine: Engine | null = null;
  let turn = 0;
  const isWanted = !(navigator as { connection?: { saveData?: boolean } }).connection?.saveData;
  if (!isWanted) return;
  idle()
    .then(open)
    .then((ready) => (engine = ready))
    // Without it all is as it was; the page's own log says why.
    .catch((error: unknown) => console.info(String(error)));
  client.abort = () => {
    turn++;
    abort();
  };
  client.suggest = async (text, withPhrase, ...more: unknown[]): Promise<Answer | null> => {
    const asked = (ask as (...given: unknown[]) => Promise<Answer | null>)(text, withPhrase, ...more);
    const mine = turn;
    const early = await Promise.race([asked, later(PATIENCE)]);
    if (early || !engine) return asked;
    if (mine !== turn) return null;
    const question = questionOf(text, withPhrase, options, more);
    const answer = await first([asked, engine.suggest(question.question).then(question.read)]);
    return mine === turn ? answer : null;
  };
}

interface Asking {
  readonly question: Question;
  readonly read: (answer: Answer | null) => Answer | null;
}

/** What the server would have been asked, and how to read the answer. */
function questionOf(text: string, withPhrase: boolean, options: Options, more: unknown[]): Asking {
  const { n, words, turns } = options;
  const offset = windowStart(text);
  const avoid = more.find(Array.isArray) ?? [];
  const after = more.find((each) => typeof each === "string") ?? "";
  const moved = (suggestion: Suggestion): Suggestion => {
    const { start, end } = suggestion;
    return { ...suggestion, start: start + offset, end: end + offset };
  };
  const changes = ({ insert, start, end }: Suggestion): boolean =>
    insert !== text.slice(start, end);
  return {
    question: {
      text: wellFormed(text.slice(offset)),
      turns: (typeof turns === "function" ? turns() : turns).map(wellFormed),
      n,
      words: withPhrase ? words : 1,
      after: wellFormed(after.slice(0, AFTER)),
      avoid,
    },
    read: (answer) =>
      answer && {
        words: answer.words.map(moved).filter(changes),
        phrase: answer.phrase && ([answer.phrase].map(moved).find(changes) ?? null),
      },
  };
}

/** The first answer that is none of null; null when there is no other. */
function first(answers: Promise<Answer | null>[]): Promise<Answer | null> {
  const given = answers.map(async (answer) => (await answer) ?? Promise.reject());
  return Promise.any(given).catch(() => null);
}

function later(milliseconds: number): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, null));
}

/** Wait until the page is there and has nothing to do. */
function idle(): Promise<unknown> {
  return new Promise((resolve) => {
    const wait = (): void => {
      // Safari has no such thing.
      if ("requestIdleCallback" in self) requestIdleCallback(resolve);
      else setTimeout(resolve, 200);
    };
    if (document.readyState === "complete") wait();
    else addEventListener("load", wait, { once: true });
  });
}
