// <inkling-textarea>: a text area that needs no mark. The text area is an ordinary one inside it, not
// hidden in a shadow root: forms, labels and the page's styles treat it as they treat any other.
import { attach } from "./attach";
import type { Handle } from "./api";

/** What stays on the element itself. */
const OWN = /^(class|style|slot)$/;

export class InklingTextArea extends HTMLElement {
  readonly field = document.createElement("textarea");
  #handle: Handle | null = null;

  connectedCallback(): void {
    const { field } = this;
    if (!field.isConnected) {
      field.defaultValue = this.textContent!.replace(/^\n/, "");
      this.#hand();
      this.replaceChildren(field);
      new MutationObserver(() => this.#hand()).observe(this, { attributes: true });
    }
    this.#handle = attach(field);
  }

  /** Hand the attributes on to the text area, those that a page sets later too. */
  #hand(): void {
    for (const name of this.getAttributeNames()) {
      if (OWN.test(name)) continue;
      this.field.setAttribute(name, this.getAttribute(name)!);
      super.removeAttribute(name);
    }
  }

  /** Remove it from where it was handed on to. */
  override removeAttribute(name: string): void {
    super.removeAttribute(name);
    this.field.removeAttribute(name);
  }

  disconnectedCallback(): void {
    this.#handle?.detach();
  }

  get value(): string {
    return this.field.value;
  }

  set value(text: string) {
    this.field.value = text;
  }
}
