// The small list of words near the caret; where fingers type, a bar above the keyboard.
import { boxIn, place, write } from "./box";
import type { Caret } from "./caret";

const GAP = 4;
/** Whether fingers type. */
export const coarse = matchMedia("(pointer: coarse)");

export class List {
  readonly #box: HTMLElement;
  /** Rows before the words: the ghost's, if any. */
  #first = 0;

  constructor(
    parent: Node,
    hint: string,
    most: number,
    onPick: (index: number) => void,
  ) {
    this.#box = boxIn(parent, "list");
    this.#box.role = "listbox";
    this.#box.ariaLabel = "Suggestions";
    this.hide();
    // The field must keep the focus, and with it the caret, while an entry is pressed.
    this.#box.onmousedown = () => false;
    // As many as will ever be needed, before anybody types: see write().
    for (let row = 0; row <= most; row++) this.#add(hint, () => onPick(row - this.#first));
  }

  /** Show `words`, the one at `selected` marked (-1 for none); in a bar, `ghost` comes first. */
  show(words: readonly string[], selected: number, ghost: string, caret: Caret, under: number): void {
    const bar = coarse.matches;
    // No key can take the ghost there. As a word of the list it is there already.
    const alone = bar && ghost && !words.includes(ghost);
    const rows = alone ? [ghost, ...words] : words;
    this.#first = rows.length - words.length;
    [...this.#box.children].forEach((box, row) => {
      box.ariaSelected = String(!alone && row === selected);
      write(box, rows[row] ?? "");
    });
    this.#box.hidden = !rows.length;
    // Not for nothing: to ask where it would go costs a layout.
    if (!rows.length) return;
    this.#box.classList.toggle("bar", bar);
    if (bar) this.#placeAboveKeyboard();
    else this.#placeAtCaret(caret, under);
  }

  hide(): void {
    this.#box.hidden = true;
  }

  #placeAtCaret(caret: Caret, under: number): void {
    const { offsetWidth: width, offsetHeight: height } = this.#box;
    const { clientWidth, clientHeight } = document.documentElement;
    const wanted = caret.rtl ? caret.x - width : caret.x;
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

  #add(hint: string, pick: () => void): void {
    const row = boxIn(this.#box, "");
    row.role = "option";
    row.dir = "auto";
    row.dataset.hint = hint;
    row.onclick = pick;
  }
}
