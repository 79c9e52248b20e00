// One text field: turns what happens in it into questions, drawings and edits.
import { Client } from "./client";
import { afterCaret, beforeCaret, replace, type TextField } from "./edit";
import { type Action, actionOf, isComposing } from "./keys";
import {
  chooseGhost,
  ghostRow,
  narrow,
  type Offer,
  outcome,
  remainder,
  type Suggestion,
  suffices,
} from "./offer";
import type { Options } from "./options";
import { AutomaticSpace, wantsSpace } from "./space";
import { codePoints } from "./text";
import { View } from "./view";

export class Field {
  private readonly client: Client;
  private readonly view: View;
  private readonly space: AutomaticSpace;
  private readonly listening = new AbortController();
  private offer: Offer | null = null;
  /** The row the user went to; null while the choice is ours. */
  private chosen: number | null = null;
  /** Whether the offer is on the screen: its line may be scrolled away. */
  private visible = false;
  private latency = 0;
  private timer = 0;

  constructor(
    private readonly element: TextField,
    private readonly options: Options,
  ) {
    this.client = new Client(options);
    this.view = new View(element, (row) => this.pick(row));
    this.space = new AutomaticSpace(element);
    this.listen();
  }

  detach(): void {
    this.listening.abort();
    this.clear();
    this.view.remove();
  }

  private listen(): void {
    const { element } = this;
    const { signal } = this.listening;
    const on = <E extends Event>(
      target: EventTarget,
      name: string,
      act: (event: E) => void,
      capture = false,
    ): void => target.addEventListener(name, act as EventListener, { signal, capture });
    on(element, "focus", () => this.view.mount());
    on(element, "blur", () => this.clear());
    // First in line, or a page's own Tab or Escape handler would run before a key is taken.
    on(element, "keydown", (event: KeyboardEvent) => this.onKey(event), true);
    on(element, "beforeinput", (event: InputEvent) => this.onBeforeInput(event));
    on(element, "input", (event: InputEvent) => this.onInput(event));
    on(element, "compositionstart", () => this.clear());
    on(element, "compositionend", () => this.onTyped());
    on(document, "selectionchange", () => this.onCaretMoved());
    on(document, "scroll", () => this.draw(), true);
    on(window, "resize", () => this.draw());
  }

  private onKey(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    const action = this.visible && this.isCurrent() ? actionOf(event) : null;
    // Enter often sends the message and empties the field from script, which fires no event.
    // Escape before the answer came must hold, but it is the page's to take.
    if (!action && /^(Enter|Escape)$/.test(event.key)) return this.clear();
    if (!action || !this.perform(action)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  private onBeforeInput(event: InputEvent): void {
    if (event.inputType !== "insertText" || event.isComposing || !event.data) return;
    if (this.space.absorb(event.data)) event.preventDefault();
  }

  private onInput(event: InputEvent): void {
    this.space.forget();
    if (event.isComposing) return;
    // Whoever deletes or undoes is rejecting: nothing until something is typed again.
    if (/^(delete|history)/.test(event.inputType ?? "")) return this.clear();
    this.onTyped();
  }

  private onTyped(): void {
    const before = this.offer;
    this.clear();
    const text = beforeCaret(this.element);
    if (!text || !this.isEditable() || this.isInsideWord()) return;
    const left = before && narrow(before, text);
    if (left) this.present(left);
    if (before && left && suffices(before, left)) return;
    const started = performance.now();
    this.timer = window.setTimeout(() => void this.ask(text, started), this.options.delay);
  }

  private async ask(text: string, started: number): Promise<void> {
    const atLineEnd = this.isAtLineEnd();
    const answer = await this.client.suggest(text, atLineEnd);
    if (!answer || beforeCaret(this.element) !== text || !this.hasFocus()) return;
    const { words, phrase } = answer;
    const ghost = atLineEnd ? chooseGhost(text, words, phrase, this.options.threshold) : null;
    if (!words.length && !ghost) return this.clear();
    this.chosen = null;
    this.present({ text, words, ghost });
    this.latency = performance.now() - started;
    this.emit("shown", this.choice);
  }

  private present(offer: Offer): void {
    this.offer = offer;
    this.draw();
  }

  private draw(): void {
    const { offer, choice } = this;
    if (!offer || !choice) return;
    const { text, words } = offer;
    const ghost = this.isAtLineEnd() ? remainder(text, choice) : "";
    const wanted = offer.ghost || this.chosen !== null ? ghost : "";
    const row = this.chosen ?? ghostRow(offer);
    const drawn = this.view.show({
      ghost: wanted,
      words: words.map((word) => word.text),
      row,
      spoken: choice.text,
    });
    this.visible = drawn.anything;
    // What can't be seen must not be what Tab accepts.
    if (drawn.anything && wanted && !drawn.ghost && this.chosen === null) {
      this.present({ ...offer, ghost: null });
    }
  }

  /** What Tab would accept. */
  private get choice(): Suggestion | null {
    const { offer, chosen } = this;
    if (!offer) return null;
    return (chosen === null ? offer.ghost : null) ?? offer.words[chosen ?? 0] ?? null;
  }

  private perform(action: Action): boolean {
    const { offer, choice } = this;
    if (!offer || !choice) return false;
    switch (action) {
      case "accept":
        this.accept(choice);
        return true;
      case "word":
        return this.acceptWord(choice);
      case "dismiss":
        this.clear();
        this.emit("dismissed", choice);
        return true;
      default:
        return this.cycle(offer, action === "next" ? 1 : -1);
    }
  }

  private cycle(offer: Offer, by: 1 | -1): boolean {
    const { length } = offer.words;
    if (!length) return false;
    const from = this.chosen ?? ghostRow(offer);
    this.chosen = from < 0 && by < 0 ? length - 1 : (from + by + length) % length;
    this.draw();
    return true;
  }

  private pick(row: number): void {
    const word = this.offer?.words[row];
    if (word && this.isCurrent()) this.accept(word);
  }

  private accept(suggestion: Suggestion): void {
    const spaced = wantsSpace(afterCaret(this.element));
    this.write(suggestion, suggestion.insert + (spaced ? " " : ""));
    if (spaced) this.space.remember();
  }

  private acceptWord(suggestion: Suggestion): boolean {
    const text = this.offer?.text ?? "";
    const left = this.isAtLineEnd() ? remainder(text, suggestion) : "";
    const word = /^\s*\S+/.exec(left)?.[0] ?? "";
    if (!word) return false;
    if (word === left) this.accept(suggestion);
    else this.write(suggestion, text.slice(suggestion.start) + word);
    return true;
  }

  private write(suggestion: Suggestion, insert: string): void {
    const typed = this.offer?.text ?? "";
    // Its input event narrows the offer, or asks for what comes next, as typing would.
    replace(this.element, suggestion.start, suggestion.end, insert);
    const gained = codePoints(outcome(typed, { ...suggestion, insert })) - codePoints(typed);
    this.emit("accepted", { ...suggestion, insert }, gained - 1);
  }

  private onCaretMoved(): void {
    if (this.offer && !this.isCurrent()) this.clear();
  }

  private clear(): void {
    clearTimeout(this.timer);
    this.client.abort();
    this.offer = this.chosen = null;
    this.visible = false;
    this.view.hide();
  }

  private emit(name: string, suggestion: Suggestion | null, saved = 0): void {
    const detail = { text: suggestion?.insert ?? "", saved, latency: this.latency };
    this.element.dispatchEvent(
      new CustomEvent(`inkling:${name}`, { detail, bubbles: true, composed: true }),
    );
  }

  /** Whether what is offered is for the text that stands there now. */
  private isCurrent(): boolean {
    return this.offer !== null && beforeCaret(this.element) === this.offer.text;
  }

  private isEditable(): boolean {
    return !this.element.readOnly && !this.element.disabled && this.hasFocus();
  }

  private hasFocus(): boolean {
    return this.element.matches(":focus");
  }

  private isAtLineEnd(): boolean {
    return /^(\n|$)/.test(afterCaret(this.element).slice(0, 1));
  }

  private isInsideWord(): boolean {
    return /^[\p{L}\p{N}]/u.test(afterCaret(this.element));
  }
}
