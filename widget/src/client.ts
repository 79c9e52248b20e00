// Asks the server. One question at a time: a new one aborts the one before. Never throws.
import { readAnswer } from "./answer";
import type { Suggestion } from "./offer";
import type { Options } from "./api";
import { wellFormed, windowStart } from "./text";

export interface Answer {
  readonly words: Suggestion[];
  readonly phrase: Suggestion | null;
}

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

export class Client {
  #running: AbortController | null = null;
  #pause = 0;
  #closedUntil = 0;

  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
    // Its own file joins itself to this client; without it all stays as it is.
    if (options.offline) {
      import(`${options.endpoint.replace(/\/+$/, "")}/offline.mjs`)
        .then(({ assist }) => assist(this, options))
        .catch(String);
    }
  }

  /** Abandon the question that is open, if any; it answers null. */
  abort(): void {
    this.#running?.abort();
    this.#running = null;
  }

  /** Suggest for `text`; null when superseded, while backing off, or when the server fails. */
  async suggest(text: string, withPhrase: boolean): Promise<Answer | null> {
    this.abort();
    if (performance.now() < this.#closedUntil) return null;
    const running = (this.#running = new AbortController());
    const timer = setTimeout(() => running.abort(), this.#options.timeout);
    try {
      const answer = await this.#both(text, withPhrase, running.signal);
      this.#pause = 0;
      return this.#running === running ? answer : null;
    } catch {
      // Still the current question: the server failed or was too slow, nobody gave up on it.
      if (this.#running === running) this.#backOff();
      running.abort();
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  async #both(text: string, withPhrase: boolean, signal: AbortSignal): Promise<Answer> {
    const { n, words, learn } = this.#options;
    const [list, phrases] = await Promise.all([
      this.#ask(text, n, 1, learn, signal),
      // Only one of the two may teach, or each text would be learned twice.
      withPhrase && words > 1 ? this.#ask(text, 1, words, false, signal) : [],
    ]);
    return { words: list, phrase: phrases[0] ?? null };
  }

  async #ask(
    text: string,
    n: number,
    words: number,
    learn: boolean,
    signal: AbortSignal,
  ): Promise<Suggestion[]> {
    const { endpoint, session, turns } = this.#options;
    const offset = windowStart(text);
    const response = await fetch(`${endpoint.replace(/\/+$/, "")}/v1/suggest`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        text: wellFormed(text.slice(offset)),
        n,
        turns: (typeof turns === "function" ? turns() : turns).map(wellFormed),
        max_words: words,
        session,
        learn,
      }),
      signal,
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return readAnswer(await response.json(), { text, offset });
  }

  #backOff(): void {
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2 || FIRST_PAUSE);
    this.#closedUntil = performance.now() + this.#pause;
  }
}
