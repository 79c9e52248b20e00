// The small list of words near the caret.
import type { Caret } from "./caret";

const GAP = 4;

export class List {
  private readonly box = document.createElement("div");

  constructor(parent: Node, onPick: (row: number) => void) {
    this.box.className = "list";
    this.box.role = "listbox";
    this.box.ariaLabel = "Suggestions";
    this.box.hidden = true;
    // The field must keep the focus, and with it the caret, while an entry is pressed.
    this.box.addEventListener("pointerdown", (event) => event.preventDefault());
    this.box.addEventListener("mousedown", (event) => event.preventDefault());
    this.box.addEventListener("click", (event) => {
      const rows = Array.from(this.box.children);
      const row = rows.findIndex((child) => child.contains(event.target as Node));
      if (row >= 0) onPick(row);
    });
    parent.appendChild(this.box);
  }

  /** Show `words` with `selected` marked (-1 for none) under the caret, or above when it is low. */
  show(words: readonly string[], selected: number, caret: Caret, under: number): void {
    this.box.replaceChildren(...words.map((word, row) => option(word, row === selected)));
    this.box.hidden = words.length === 0;
    if (this.box.hidden) return;
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const { clientWidth, clientHeight } = document.documentElement;
    const wanted = caret.rightToLeft ? caret.x - width : caret.x;
    const below = under + GAP;
    const above = caret.y - height - GAP;
    const left = Math.max(GAP, Math.min(wanted, clientWidth - width - GAP));
    const top = below + height > clientHeight && above >= 0 ? above : below;
    this.box.style.setProperty("left", `${left}px`);
    this.box.style.setProperty("top", `${top}px`);
  }

  hide(): void {
    this.box.hidden = true;
  }
}

function option(word: string, selected: boolean): HTMLElement {
  const row = document.createElement("div");
  row.role = "option";
  row.ariaSelected = String(selected);
  row.dir = "auto";
  row.textContent = word;
  return row;
}
