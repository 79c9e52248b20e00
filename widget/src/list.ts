// The small list of words near the caret; where fingers type, a bar above the keyboard.
import { boxIn, place } from "./box";
import type { Caret } from "./caret";

const GAP = 4;
const coarse = matchMedia("(pointer: coarse)");

export interface Row {
  readonly text: string;
  /** What `onPick` is told. */
  readonly index: number;
}

export class List {
  readonly #box: HTMLElement;
  #rows: readonly Row[] = [];

  readonly #hint: string;

  constructor(
    parent: Node,
    hint: string,
    onPick: (index: number) => void,
  ) {
    this.#hint = hint;
    this.#box = boxIn(parent, "list");
    this.#box.role = "listbox";
    this.#box.ariaLabel = "Suggestions";
    this.#box.hidden = true;
    // The field must keep the focus, and with it the caret, while an entry is pressed.
    this.#box.addEventListener("mousedown", (event) => event.preventDefault());
    this.#box.addEventListener("click", (event) => {
      const children = Array.from(this.#box.children);
      const row = this.#rows[children.findIndex((child) => child.contains(event.target as Node))];
      if (row) onPick(row.index);
    });
  }

  /** Show `words`, the one at `selected` marked (-1 for none); in a bar, `ghost` comes first. */
  show(words: readonly string[], selected: number, ghost: string, caret: Caret, under: number): void {
    const bar = coarse.matches;
    const listed = words.map((text, index) => ({ text, index }));
    // No key can take the ghost there. As a word of the list it is there already.
    const alone = bar && ghost && !words.includes(ghost);
    this.#rows = alone ? [{ text: ghost, index: -1 }, ...listed] : listed;
    this.#box.replaceChildren();
    const marked = alone ? -1 : selected;
    for (const { text, index } of this.#rows) this.#add(text, index === marked);
    this.#box.hidden = !this.#rows.length;
    this.#box.classList.toggle("bar", bar);
    if (this.#box.hidden) return;
    if (bar) this.#placeAboveKeyboard();
    else this.#placeAtCaret(caret, under);
  }

  hide(): void {
    this.#box.hidden = true;
  }

  #placeAtCaret(caret: Caret, under: number): void {
    const { offsetWidth: width, offsetHeight: height } = this.#box;
    const { clientWidth, clientHeight } = document.documentElement;
    const wanted = caret.rightToLeft ? caret.x - width : caret.x;
    const below = under + GAP;
    const above = caret.y - height - GAP;
    const left = Math.max(GAP, Math.min(wanted, clientWidth - width - GAP));
    const top = below + height > clientHeight && above >= 0 ? above : below;
    place(this.#box, { left, top });
  }

  #placeAboveKeyboard(): void {
    const { offsetLeft, offsetTop, width, height } = visualViewport!;
    place(this.#box, { left: offsetLeft, width });
    place(this.#box, { top: offsetTop + height - this.#box.offsetHeight });
  }

  #add(text: string, selected: boolean): void {
    const row = boxIn(this.#box, "");
    row.role = "option";
    row.ariaSelected = String(selected);
    row.dir = "auto";
    row.textContent = text;
    if (selected && !coarse.matches) row.dataset.hint = this.#hint;
  }
}
