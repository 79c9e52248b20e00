// Where the caret is on the screen: the field's text is laid out again in a hidden copy.
// Browsers tell the caret's index in a text area, never its place.
import type { TextField } from "./edit";

/** Viewport pixels; `y` and `height` are those of the letters, not of the line. */
export interface Caret {
  readonly x: number;
  readonly y: number;
  readonly height: number;
  /** The field's content box sideways and padding box up and down. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly rightToLeft: boolean;
}

const FONT = [
  "direction", "font-family", "font-size", "font-style", "font-weight", "font-stretch",
  "font-variant", "font-feature-settings", "font-kerning", "font-optical-sizing",
  "font-variation-settings", "letter-spacing", "word-spacing", "line-height", "tab-size",
  "text-rendering", "text-transform", "white-space", "word-break", "overflow-wrap", "line-break",
] as const;
const BOX = [
  "padding-top", "padding-right", "padding-bottom", "padding-left", "text-align", "text-indent",
] as const;

/** Copy what decides how text is set from `field` to `copy`; returns the field's style. */
export function copyType(field: TextField, copy: HTMLElement): CSSStyleDeclaration {
  const style = getComputedStyle(field);
  for (const name of FONT) copy.style.setProperty(name, style.getPropertyValue(name));
  return style;
}

export class Mirror {
  private readonly box = document.createElement("div");
  private readonly head = document.createTextNode("");
  private readonly mark = document.createElement("span");
  private readonly tail = document.createTextNode("");

  constructor(parent: Node) {
    this.box.className = "mirror";
    this.box.ariaHidden = "true";
    this.box.append(this.head, this.mark, this.tail);
    parent.appendChild(this.box);
  }

  /** Find the caret of `field`. Lays out, so call it once a paint. */
  locate(field: TextField): Caret {
    const outer = field.getBoundingClientRect();
    // Borders and scroll bar; the rest may be a fraction, which clientWidth would round.
    const width = outer.width - (field.offsetWidth - field.clientWidth);
    const style = this.set(field, width);
    const origin = this.box.getBoundingClientRect();
    const mark = this.mark.getBoundingClientRect();
    const left = outer.left + field.clientLeft;
    const top = outer.top + field.clientTop;
    const padding = (side: string): number => parseFloat(style.getPropertyValue(`padding-${side}`));
    const singleLine = field instanceof HTMLInputElement;
    // An input centres its one line; a text area starts at the top.
    const shift = singleLine ? (field.clientHeight - origin.height) / 2 : -field.scrollTop;
    return {
      x: left + mark.left - origin.left - field.scrollLeft,
      y: top + mark.top - origin.top + shift,
      height: mark.height,
      left: left + padding("left"),
      right: left + width - padding("right"),
      top,
      bottom: top + field.clientHeight,
      rightToLeft: style.direction === "rtl",
    };
  }

  private set(field: TextField, width: number): CSSStyleDeclaration {
    const style = copyType(field, this.box);
    for (const name of BOX) this.box.style.setProperty(name, style.getPropertyValue(name));
    if (field instanceof HTMLInputElement) this.box.style.setProperty("white-space", "pre");
    this.box.style.setProperty("width", `${width}px`);
    const at = field.selectionEnd ?? field.value.length;
    this.head.data = field.value.slice(0, at);
    // The rest of the line decides where the last word wraps. A zero-width space, when there is
    // none, makes the line after a final line break exist.
    this.tail.data = /^.*/.exec(field.value.slice(at))?.[0] || "\u200b";
    return style;
  }
}
