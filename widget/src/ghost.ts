// The suggestion drawn in grey after the caret, in the field's own type.
import { type Caret, copyType } from "./caret";
import type { TextField } from "./edit";

export class Ghost {
  private readonly box = document.createElement("div");
  private readonly text = document.createElement("span");

  constructor(parent: Node) {
    this.box.className = "ghost";
    this.box.ariaHidden = "true";
    this.box.hidden = true;
    this.box.append(this.text);
    parent.appendChild(this.box);
  }

  /** Draw `text`; false when the field has no room for it. `oneLine`: more lines follow. */
  show(field: TextField, caret: Caret, text: string, oneLine: boolean): boolean {
    const style = copyType(field, this.box);
    const single = oneLine || field instanceof HTMLInputElement;
    const wraps = !single && style.whiteSpace !== "pre";
    const indent = caret.rightToLeft ? caret.right - caret.x : caret.x - caret.left;
    const width = caret.right - caret.left;
    if (!wraps && width - indent < caret.height) return this.hide();
    this.text.textContent = text;
    this.box.hidden = false;
    this.place({ left: caret.left, width, "text-indent": indent });
    if (!wraps) this.box.style.setProperty("white-space", "pre");
    this.box.style.setProperty("color", style.color);
    // The letters stand lower than their line's top by half the leading.
    this.place({ top: 0 });
    const first = this.text.getClientRects()[0];
    const top = caret.y - (first?.top ?? 0);
    this.place({ top, "max-height": Math.max(0, caret.bottom - top) });
    return true;
  }

  hide(): false {
    this.box.hidden = true;
    return false;
  }

  /** Lower edge on the screen; 0 while hidden. */
  get bottom(): number {
    return this.box.getBoundingClientRect().bottom;
  }

  private place(pixels: Record<string, number>): void {
    for (const [name, value] of Object.entries(pixels)) {
      this.box.style.setProperty(name, `${value}px`);
    }
  }
}
