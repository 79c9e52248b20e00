// One field: turns what happens in it into questions, drawings and edits.
import type { Action, Detail, Options } from "./api";
import { Client } from "./client";
import { type Editor, editorOf } from "./editor";
import { actionOf } from "./keys";
import { coarse } from "./list";
import {
  chooseGhost,
  contradicts,
  ghostRow,
  isInsideWord,
  narrow,
  type Offer,
  remainder,
  standsThere,
  type Suggestion,
} from "./offer";
import { raised } from "./patience";
import type { TextField } from "./plain";
import { Refusals } from "./refusals";
import { type AutomaticSpace, automaticSpace, wantsSpace } from "./space";
import { View } from "./view";

/** Milliseconds between two looks at whether an offer still stands where it belongs. */
const LOOK = 100;
/** Nobody means a word less probable: "Hello", typed in full, has "Helloooo" left. */
const LEAST = 0.003;

export class Field {
  readonly #client: Client;
  readonly #view: View;
  readonly #space: AutomaticSpace;
  /** Suggestions in a row that nobody wanted. */
  #refused = 0;
  readonly #refusals: Refusals;
  readonly #listening = new AbortController();
  #offer: Offer | null = null;
  /** The row the user went to; null while the choice is ours. */
  #chosen: number | null = null;
  /** Whether the offer is on the screen: its line may be scrolled away. */
  #visible = false;
  #latency = 0;
  #timer = 0;
  /** UTF-16 units that a phone's keyboard composes: it does so with every word. */
  #composed = 0;
  /** Whether the last accepted edit changed what was typed, and did not only add to it. */
  #changed = false;

  readonly #editor: Editor;
  readonly #options: Options;

  constructor(
    editor: Editor,
    options: Options,
  ) {
    this.#editor = editor;
    this.#options = options;
    this.#client = new Client(options);
    this.#refusals = new Refusals(options);
    this.#view = new View(editor, options, (row) => this.#pick(row));
    this.#space = automaticSpace(editor);
    this.#listen();
  }

  detach(): void {
    this.#listening.abort();
    this.#leave();
  }

  #leave(): void {
    this.#clear();
    this.#view.remove();
  }

  #listen(): void {
    const { element } = this.#editor;
    const { signal } = this.#listening;
    // First in line, or a page's own Tab or Escape handler would run before a key is taken.
    const on = <E extends Event>(
      target: EventTarget | null,
      name: string,
      act: (event: E) => void,
    ): void => target?.addEventListener(name, act as EventListener, { signal, capture: true });
    on(element, "focus", () => this.#view.mount());
    on(element, "blur", () => this.#leave());
    on(element, "keydown", (event: KeyboardEvent) => this.#onKey(event));
    on(element, "beforeinput", (event: InputEvent) => this.#onBeforeInput(event));
    on(element, "input", (event: InputEvent) => this.#onInput(event));
    on(element, "compositionend", () => {
      this.#composed = 0;
      // Where fingers type, each letter was asked for.
      if (!coarse.matches) this.#onTyped();
    });
    const root = element.getRootNode();
    // Nothing of this leaves a shadow root. The keyboard of a phone comes and goes, and the page
    // slides under it.
    for (const target of [window, visualViewport, root === document ? null : root]) {
      on(target, "selectionchange", () => this.#offer && !this.#stands() && this.#clear());
      on(target, "scroll", () => this.#draw());
      on(target, "resize", () => this.#draw());
    }
  }

  #onKey(event: KeyboardEvent): void {
    // Those of an input method are its own; some browsers tell by the code alone.
    if (event.isComposing || event.keyCode === 229) return;
    const style = getComputedStyle(this.#editor.element);
    const takes = this.#visible && this.#stands();
    const action = takes ? actionOf(event, this.#options.keys, style) : null;
    // Enter often sends the message and empties the field from script, which fires no event.
    // Escape before the answer came must hold, but it is the page's to take.
    if (!action && /^(Enter|Escape)$/.test(event.key)) return this.#clear();
    if (action && this.#perform(action)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  #onBeforeInput(event: InputEvent): void {
    if (event.inputType !== "insertText" || event.isComposing || !event.data) return;
    if (this.#space.absorb(event.data)) event.preventDefault();
  }

  #onInput(event: InputEvent): void {
    this.#space.check();
    const { data, inputType, isComposing } = event;
    if (isComposing && !coarse.matches) return this.#clear();
    const before = this.#composed;
    this.#composed = isComposing && data ? data.length : 0;
    // Whoever deletes or undoes is rejecting: nothing until something is typed again.
    if (/^(delete|history)/.test(inputType) || (isComposing && this.#composed < before)) {
      // The browser selects what an undone edit had replaced: the next key would delete it.
      if (this.#changed && inputType === "historyUndo") this.#editor.deselect();
      return this.#clear();
    }
    this.#onTyped();
  }

  #onTyped(): void {
    const before = this.#offer;
    const visible = this.#visible;
    this.#clear();
    const text = this.#editor.before();
    const after = this.#editor.after();
    if (!text || (isInsideWord(after) && /\S$/.test(text)) || !this.#isEditable()) return;
    const left = before && narrow(before, text, after);
    if (before?.ghost && visible && contradicts(before, text)) this.#refused++;
    if (left) this.#present(left);
    if (left && !left.partial) return;
    // At once: in a task of its own the question would wait until the browser has painted the key.
    void this.#ask(text);
  }

  async #ask(text: string): Promise<void> {
    const started = performance.now();
    const atLineEnd = this.#isAtLineEnd();
    const after = this.#editor.after();
    const answer = await this.#client.suggest(text, atLineEnd, after, this.#refusals.at(text));
    if (!answer || this.#editor.before() !== text || !this.#isEditable()) return;
    const threshold = raised(this.#options.threshold, this.#refused);
    const isWelcome = (suggestion: Suggestion): boolean =>
      this.#fits(suggestion) &&
      !standsThere(text, suggestion, after) &&
      !this.#refusals.include(text, suggestion);
    const words = answer.words.filter(
      (word) => word.probability >= raised(LEAST, this.#refused) && isWelcome(word),
    );
    const phrase = answer.phrase && isWelcome(answer.phrase) ? answer.phrase : null;
    const ghost = atLineEnd ? chooseGhost(text, words, phrase, threshold) : null;
    if (!words.length && !ghost) return this.#clear();
    this.#chosen = null;
    this.#present({ text, words, ghost, partial: false });
    this.#latency = performance.now() - started;
    this.#emit("shown", this.#choice!.insert);
  }

  #present(offer: Offer): void {
    this.#offer = offer;
    this.#draw();
    // No event tells that a script emptied the field, or that the page moved it.
    this.#timer ||= window.setInterval(() => {
      if (!this.#stands()) this.#clear();
      if (this.#view.moved()) this.#draw();
    }, LOOK);
  }

  #draw(): void {
    const offer = this.#offer;
    const choice = this.#choice;
    if (!offer || !choice) return;
    const ghost = offer.ghost || this.#chosen !== null ? this.#rest(choice) : "";
    const words = offer.words.map((word) => word.text);
    const drawn = this.#view.show(ghost, words, this.#chosen ?? ghostRow(offer), choice.text);
    this.#visible = drawn !== null;
    // What can't be seen must not be what Tab accepts: where it is all there is, it is listed.
    if (drawn === false && ghost && this.#chosen === null) {
      this.#present({ ...offer, ghost: null, words: offer.words.length ? offer.words : [choice] });
    }
  }

  /** What Tab would accept. */
  get #choice(): Suggestion | null {
    const offer = this.#offer;
    const chosen = this.#chosen;
    if (!offer) return null;
    return (chosen === null && offer.ghost) || (offer.words[chosen ?? 0] ?? null);
  }

  #perform(action: Action): boolean {
    // Something shows, or no action is looked for.
    const offer = this.#offer!;
    const choice = this.#choice!;
    if (action === "word") return this.#acceptWord(choice);
    if (action === "accept") this.#accept(choice);
    else if (action === "dismiss") this.#dismiss(offer, choice);
    else this.#cycle(offer, action === "next");
    return true;
  }

  #dismiss(offer: Offer, choice: Suggestion): void {
    this.#refused++;
    this.#refusals.add(offer.text, choice);
    this.#clear();
    this.#emit("dismissed", choice.insert);
  }

  #cycle(offer: Offer, forth: boolean): void {
    const { length } = offer.words;
    // Typed through, ghost text has outlived the words that came with it.
    if (length) {
      const from = this.#chosen ?? ghostRow(offer);
      // From no row at all, back is the last.
      this.#chosen = (forth ? from + 1 : Math.max(from, 0) + length - 1) % length;
      this.#draw();
    } else void this.#ask(offer.text);
  }

  /** Accept the word at `row`, or what Tab would when there is none such. */
  #pick(row: number): void {
    if (this.#stands()) this.#accept(this.#offer!.words[row] ?? this.#choice!);
  }

  #accept(suggestion: Suggestion): void {
    const space = wantsSpace(this.#editor.after()) ? " " : "";
    this.#write(suggestion, suggestion.insert.trimEnd() + space);
    if (space) this.#space.remember();
    // The word is over, and no longer one is meant.
    else this.#clear();
  }

  #acceptWord(suggestion: Suggestion): boolean {
    const left = this.#rest(suggestion);
    const word = /^\s*\S+/.exec(left)?.[0];
    if (!word) return false;
    if (word === left) this.#accept(suggestion);
    else this.#write(suggestion, this.#offer!.text.slice(suggestion.start) + word);
    return true;
  }

  /** What accepting would add, where that can be drawn after the caret. */
  #rest(suggestion: Suggestion): string {
    return this.#isAtLineEnd() ? remainder(this.#offer!.text, suggestion) : "";
  }

  #write(suggestion: Suggestion, insert: string): void {
    const { start, end } = suggestion;
    const { text } = this.#offer!;
    const replaced = text.slice(start, end);
    this.#refused = 0;
    // What a keyboard composes is replaced whole, or it would write that again.
    const from = Math.min(insert.startsWith(replaced) ? end : start, end - this.#composed);
    this.#changed = from < end;
    // Its input event narrows the offer, or asks for what comes next, as typing would.
    this.#editor.replace(from, end, (text.slice(0, start) + insert).slice(from));
    this.#emit("accepted", insert, insert.length - replaced.length - 1);
  }

  #clear(): void {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#client.abort();
    this.#offer = this.#chosen = null;
    this.#visible = false;
    this.#view.hide();
  }

  #emit(name: string, text: string, saved = 0): void {
    const detail: Detail = { text, saved, latency: this.#latency };
    this.#editor.element.dispatchEvent(
      new CustomEvent(`inkling:${name}`, { detail, bubbles: true, composed: true }),
    );
  }

  /** Whether what is offered is for the text that stands there now, and can be written. */
  #stands(): boolean {
    return this.#offer?.text === this.#editor.before() && this.#isEditable();
  }

  #isEditable(): boolean {
    const { element } = this.#editor;
    return element.matches(":focus:read-write") && !!editorOf(element);
  }

  /** Whether the field has room for it: Tab must never be taken to no effect. */
  #fits({ start, end, insert }: Suggestion): boolean {
    const { maxLength = -1, value } = this.#editor.element as Partial<TextField>;
    return maxLength < 0 || value!.length + insert.length + start - end <= maxLength;
  }

  #isAtLineEnd(): boolean {
    return !/^./.test(this.#editor.after());
  }
}
