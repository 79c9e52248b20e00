// Tells a screen reader what is suggested, politely: only once the typing pauses.
import { boxIn } from "./box";

const PAUSE = 500;

export class Voice {
  readonly #region: HTMLElement;
  #timer = 0;

  /** `help` says which keys do what. */
  readonly #help: string;

  constructor(
    parent: Node,
    help: string,
  ) {
    this.#help = help;
    this.#region = boxIn(parent, "voice");
    this.#region.role = "status";
    this.#region.ariaLive = "polite";
  }

  say(text: string): void {
    clearTimeout(this.#timer);
    const message = text && `Suggestion: ${text}. ${this.#help}`;
    if (message === this.#region.textContent) return;
    this.#region.textContent = "";
    if (message) this.#timer = window.setTimeout(() => (this.#region.textContent = message), PAUSE);
  }
}
