// Asks the server. One question at a time: a new one aborts the one before. Never throws.
import { readAnswer } from "./answer";
import type { Suggestion } from "./offer";
import type { Options } from "./api";
import { AFTER, wellFormed, windowStart } from "./text";
import { turnsOf } from "./turns";

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
        .catch(console.info);
    }
  }

  /** Abandon the question that is open, if any; it answers null. */
  abort(): void {
    this.#running?.abort();
    this.#running = null;
  }

  /**
   * Suggest for `text`, with what stands `after` it and the words to `avoid`; null when superseded,
   * while backing off, or when the server fails.
   */
  async suggest(
    text: string,
    withPhrase: boolean,
    after: string,
    avoid: readonly string[],
  ): Promise<Answer | null> {
    this.abort();
    if (performance.now() < this.#closedUntil) return null;
    const running = (this.#running = new AbortController());
    // Once it is answered, this finds nothing to abort.
    setTimeout(() => running.abort(), this.#options.timeout);
    const { endpoint, n, words, session, learn } = this.#options;
    const offset = windowStart(text);
    try {
      const response = await fetch(`${endpoint.replace(/\/+$/, "")}/v1/suggest`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
          text: wellFormed(text.slice(offset)),
          after: wellFormed(after.slice(0, AFTER)),
          n,
          phrase_words: withPhrase && words > 1 ? words : 0,
          turns: turnsOf(this.#options).map(wellFormed),
          avoid,
          session,
          learn,
        }),
        signal: running.signal,
      });
      // An error has no suggestions, which is out of shape as well.
      const answer = readAnswer(await response.json(), text, offset);
      this.#pause = 0;
      return this.#running === running ? answer : null;
    } catch {
      // Still the current question: the server failed or was too slow, nobody gave up on it.
      if (this.#running === running) {
        this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2 || FIRST_PAUSE);
        this.#closedUntil = performance.now() + this.#pause;
      }
      return null;
    }
  }
}
