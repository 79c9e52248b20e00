// The suggestion drawn in grey after the caret, in the field's own type.
import { boxIn, place, write } from "./box";
import { type Caret, copyType } from "./caret";
import { isRightToLeft } from "./text";

export class Ghost {
  readonly #box: HTMLElement;
  readonly #text = document.createElement("span");

  constructor(parent: Node) {
    this.#box = boxIn(parent, "ghost");
    this.#box.ariaHidden = "true";
    this.hide();
    this.#text.append("");
    this.#box.append(this.#text);
  }

  /** Draw `text`, on one line if it must; false when the field has no room for it. */
  show(caret: Caret, text: string, oneLine: boolean): boolean {
    // Written against the line's direction, it would move the letters that stand there.
    if (isRightToLeft(text) !== caret.rtl) return this.hide();
    const style = copyType(caret.type, this.#box);
    const wraps = !oneLine && !/^(pre|nowrap)$/.test(style.whiteSpace);
    const indent = caret.rtl ? caret.right - caret.x : caret.x - caret.left;
    const width = caret.right - caret.left;
    if (!wraps && width - indent < caret.height) return this.hide();
    write(this.#text, text);
    this.#box.hidden = false;
    place(this.#box, {
      left: caret.left,
      // The letters stand lower than their line's top by half the leading.
      top: 0,
      width,
      color: style.webkitTextFillColor,
      "text-indent": indent,
      // An editable element collapses the space that the ghost may begin with.
      "white-space": wraps ? "pre-wrap" : "pre",
    });
    const first = this.#text.getClientRects()[0];
    if (wraps && first && first.width > width - indent + 1) return this.hide();
    const top = caret.y - (first?.top ?? 0);
    place(this.#box, { top, "max-height": Math.max(0, caret.bottom - top) });
    return true;
  }

  hide(): false {
    this.#box.hidden = true;
    return false;
  }

  /** Lower edge on the screen; 0 while hidden. */
  get bottom(): number {
    return this.#box.getBoundingClientRect().bottom;
  }
}
