// Where the caret of a text area is on the screen: its text is laid out again in a hidden copy.
// Browsers tell the caret's index, never its place.
import { boxIn, place } from "./box";
import type { TextField } from "./plain";
import { isRightToLeft } from "./text";

/** Viewport pixels; `y` and `height` are those of the letters, not of the line. */
export interface Caret {
  /** The element whose type the letters are set in. */
  readonly type: HTMLElement;
  readonly x: number;
  readonly y: number;
  readonly height: number;
  /** The field's content box sideways and padding box below. */
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly rtl: boolean;
}

/** The properties that decide how letters are set, of those the browser has. */
const type = [...getComputedStyle(document.documentElement)].filter((name) =>
  /^(dir|font|hyph|letter|line|overflow-w|tab|text-[rtw]|uni|white|word)/.test(name),
);

/** Copy what decides how text is set from `from` to `copy`; returns the style of `from`. */
export function copyType(from: Element, copy: HTMLElement): CSSStyleDeclaration {
  const style = getComputedStyle(from);
  for (const name of type) copy.style.setProperty(name, style.getPropertyValue(name));
  return style;
}

/** What is left out of the copy: the text before the start of some line, and that line's place. */
interface Above {
  readonly text: string;
  readonly height: number;
}

const NONE: Above = { text: "", height: 0 };
/** UTF-16 units of copied text after which its start moves on, and how much then stays. */
const LONGEST = 4000;
const KEPT = 1000;
/** As far as this from the caret, an edit cannot change where lines begin. */
const MARGIN = 400;

export class Mirror {
  readonly #box: HTMLElement;
  readonly #head = document.createTextNode("");
  readonly #mark = document.createElement("span");
  readonly #tail = document.createTextNode("");
  #above = NONE;
  #look = "";

  constructor(parent: Node) {
    this.#box = boxIn(parent, "mirror");
    this.#box.append(this.#head, this.#mark, this.#tail);
  }

  /** Find the caret of `field`. Lays out, so call it once a paint. */
  locate(field: TextField): Caret {
    const outer = field.getBoundingClientRect();
    // Borders and scroll bar; the rest may be a fraction, which clientWidth would round.
    const width = outer.width - (field.offsetWidth - field.clientWidth);
    const singleLine = field instanceof HTMLInputElement;
    const style = this.#fit(field, width, singleLine);
    this.#copy(field);
    const origin = this.#box.getBoundingClientRect();
    const mark = this.#mark.getBoundingClientRect();
    const left = outer.left + field.clientLeft;
    const top = outer.top + field.clientTop;
    // An input centres its one line; a text area starts at the top.
    const shift = singleLine ? (field.clientHeight - origin.height) / 2 : -field.scrollTop;
    const y = top + this.#above.height + mark.top - origin.top + shift;
    if (this.#head.length > LONGEST) this.#advance();
    return {
      type: field,
      x: left + mark.left - origin.left - field.scrollLeft,
      y,
      height: mark.height,
      left: left + parseFloat(style.paddingLeft),
      right: left + width - parseFloat(style.paddingRight),
      bottom: top + field.clientHeight,
      // dir="auto" on a text area goes by the first letter of each paragraph.
      rtl:
        style.unicodeBidi === "plaintext"
          ? isRightToLeft(this.#head.data.replace(/^[^]*\n/, ""))
          : style.direction === "rtl",
    };
  }

  #fit(field: TextField, width: number, singleLine: boolean): CSSStyleDeclaration {
    const { style } = this.#box;
    const set = copyType(field, this.#box);
    place(this.#box, {
      width,
      padding: set.padding,
      "text-align": set.textAlign,
      "text-indent": set.textIndent,
      "white-space": singleLine ? "pre" : set.whiteSpace,
    });
    // In another type or width the lines begin elsewhere.
    if (style.cssText !== this.#look) this.#above = NONE;
    this.#look = style.cssText;
    return set;
  }

  #copy({ value, selectionEnd }: TextField): void {
    const at = selectionEnd!;
    const { text } = this.#above;
    if (at < text.length + MARGIN || !value.startsWith(text)) this.#above = NONE;
    this.#head.data = value.slice(this.#above.text.length, at);
    // The rest of the line decides where the last word wraps. A zero-width space, when there is
    // none, makes the line after a final line break exist.
    this.#tail.data = /^.*/.exec(value.slice(at, at + MARGIN))![0] || "\u200b";
  }

  /** Leave out what lies well above the caret: a long text must not be laid out at every key. */
  #advance(): void {
    const above = this.#above;
    const head = this.#head;
    const range = document.createRange();
    const topOf = (index: number): number => {
      range.setStart(head, index);
      range.setEnd(head, index + 1);
      return range.getBoundingClientRect().top;
    };
    let start = 0;
    let within = head.length - KEPT;
    const line = topOf(within);
    while (start < within) {
      const middle = (start + within) >> 1;
      if (topOf(middle) < line - 1) start = middle + 1;
      else within = middle;
    }
    this.#above = {
      text: above.text + head.data.slice(0, start),
      height: above.height + line - topOf(0),
    };
  }
}
