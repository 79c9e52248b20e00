// A text area or an input: changed the way typing does, so that Ctrl+Z undoes it and frameworks hear it.
import { type Caret, Mirror } from "./caret";
import type { Editor } from "./editor";

export type TextField = HTMLTextAreaElement | HTMLInputElement;

/** What was a password field once: a button that shows what is typed must not send it. */
const secret = new WeakSet<Element>();

export function isTextField(element: Element): element is TextField {
  if (element instanceof HTMLTextAreaElement) return true;
  if (!(element instanceof HTMLInputElement)) return false;
  const { type, autocomplete } = element;
  if (/\b(cc-|one-)|password/i.test(type + " " + autocomplete)) secret.add(element);
  return /^(text|search)$/.test(type) && !secret.has(element);
}

export class PlainText implements Editor {
  readonly element: TextField;
  readonly singleLine: boolean;
  #mirror: Mirror | null = null;

  constructor(element: TextField) {
    this.element = element;
    this.singleLine = element instanceof HTMLInputElement;
  }

  before(): string | null {
    const { value, selectionStart, selectionEnd } = this.element;
    return selectionStart === selectionEnd ? value.slice(0, selectionStart!) : null;
  }

  after(): string {
    const { value, selectionEnd } = this.element;
    return value.slice(selectionEnd!);
  }

  replace(start: number, end: number, text: string): void {
    this.#select(start, end);
    // Deprecated, and the only way in which the browser's own undo stack survives.
    document.execCommand("insertText", false, text);
    this.deselect();
    // It scrolls nothing.
    if (!this.after()) this.element.scrollLeft = this.element.scrollTop = 1e6;
  }

  deselect(): void {
    this.#select(this.element.selectionEnd);
  }

  /** Away and back, or the browser takes what comes for more of what was typed, and undoes both. */
  #select(start: number | null, end = start): void {
    this.element.setSelectionRange(0, 0);
    this.element.setSelectionRange(start, end);
  }

  locate(parent: Node): Caret {
    return (this.#mirror ??= new Mirror(parent)).locate(this.element);
  }
}
