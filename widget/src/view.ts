// All that is drawn for one field: ghost, list and the spoken line, apart from the page's styles.
import { type Caret, Mirror } from "./caret";
import { afterCaret, type TextField } from "./edit";
import { Ghost } from "./ghost";
import { List } from "./list";
import { isDark } from "./theme";
import css from "./view.css";
import { Voice } from "./voice";

export interface Picture {
  /** What to draw after the caret; "" for nothing. */
  readonly ghost: string;
  readonly words: readonly string[];
  /** The marked row; -1 for none. */
  readonly row: number;
  /** What accepting would write, for the ear. */
  readonly spoken: string;
}

/** What of a picture came to be seen. */
export interface Drawn {
  readonly anything: boolean;
  readonly ghost: boolean;
}

let sheet: CSSStyleSheet | null = null;

/** The stylesheet that all shadow roots share: a strict policy forbids <style>, not this. */
function stylesheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}

export class View {
  private readonly host = document.createElement("inkling-overlay");
  private readonly mirror: Mirror;
  private readonly ghost: Ghost;
  private readonly list: List;
  private readonly voice: Voice;

  constructor(
    private readonly field: TextField,
    onPick: (row: number) => void,
  ) {
    const root = this.host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [stylesheet()];
    this.mirror = new Mirror(root);
    this.ghost = new Ghost(root);
    this.list = new List(root, onPick);
    this.voice = new Voice(root);
  }

  /** Make sure the overlay is in the page: early, or a screen reader misses the first line. */
  mount(): void {
    // All outside an open dialog is inert, so there the overlay has to be within.
    const home = this.field.closest("dialog") ?? document.body;
    if (this.host.parentNode !== home) home.append(this.host);
  }

  /** Draw `picture` as far as there is room. */
  show(picture: Picture): Drawn {
    this.mount();
    this.host.classList.toggle("dark", isDark(this.field));
    const caret = this.mirror.locate(this.field);
    if (!isVisible(caret)) {
      this.hide();
      return { anything: false, ghost: false };
    }
    const oneLine = afterCaret(this.field) !== "";
    const ghost = picture.ghost
      ? this.ghost.show(this.field, caret, picture.ghost, oneLine)
      : this.ghost.hide();
    const under = Math.max(caret.y + caret.height, this.ghost.bottom);
    this.list.show(picture.words, picture.row, caret, under);
    this.voice.say(picture.spoken);
    return { anything: ghost || picture.words.length > 0, ghost };
  }

  hide(): void {
    this.ghost.hide();
    this.list.hide();
    this.voice.say("");
  }

  remove(): void {
    this.hide();
    this.host.remove();
  }
}

/** Whether the caret's line is within the field, and not scrolled out of it. */
function isVisible({ y, height, top, bottom }: Caret): boolean {
  return y + height / 2 >= top && y + height / 2 <= bottom;
}
