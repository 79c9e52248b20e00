// All that is drawn for one field: ghost, list and the spoken line, apart from the page's styles.
import type { Options } from "./api";
import type { Caret } from "./caret";
import type { Editor } from "./editor";
import { Ghost } from "./ghost";
import { List } from "./list";
import { isDark } from "./theme";
import css from "./view.css";
import { voiceIn } from "./voice";

/** The stylesheet that all shadow roots share: a strict policy forbids <style>, not this. */
const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

export class View {
  readonly #host = document.createElement("inkling-overlay");
  readonly #root = this.#host.attachShadow({ mode: "open" });
  readonly #ghost = new Ghost(this.#root);
  readonly #list: List;
  readonly #say: (text: string) => void;
  /** How the field looked when it was last drawn for; "" while it is not seen. */
  #look = "";

  readonly #editor: Editor;

  constructor(
    editor: Editor,
    { n, keys: { accept, dismiss } }: Options,
    onPick: (index: number) => void,
  ) {
    this.#editor = editor;
    this.#root.adoptedStyleSheets = [sheet];
    this.#host.popover = "manual";
    // Whoever goes from landmark to landmark finds the list, and knows what it is.
    this.#host.role = "region";
    this.#host.ariaLabel = "Suggestions";
    this.#list = new List(this.#root, accept?.[0] ?? "", n, onPick);
    this.#say = voiceIn(this.#root, help("accepts", accept) + help("dismisses", dismiss));
  }

  /** Make sure the overlay is in the page: at focus, or a screen reader misses the first line. */
  mount(): void {
    const home = homeOf(this.#editor.element);
    if (this.#host.parentNode === home) return;
    home.append(this.#host);
    // Above dialogs and full screens, and placed by the window whatever the page transforms.
    this.#host.showPopover?.();
  }

  /** Whether the field has been moved, sized or set otherwise since it was drawn for. */
  moved(): boolean {
    return this.#look !== lookOf(this.#editor.element);
  }

  /**
   * Draw `ghost` after the caret ("" for none) and `words` with `row` marked (-1 for none), as far as
   * there is room; `spoken` is what accepting would write. Tells whether the ghost is seen; null
   * where the caret is not.
   */
  show(ghost: string, words: readonly string[], row: number, spoken: string): boolean | null {
    const editor = this.#editor;
    this.mount();
    this.#host.classList.toggle("dark", isDark(editor.element));
    const caret = editor.locate(this.#root);
    // Not at every key: to ask what would be hit costs a layout, and more.
    if (this.moved()) {
      // Where it was, it may cover where the field is now.
      this.#list.hide();
      this.#look = isHit(editor.element, caret) ? lookOf(editor.element) : "";
    }
    if (!this.#look) return this.hide();
    const oneLine = editor.singleLine || !!editor.after();
    const drawn = ghost ? this.#ghost.show(caret, ghost, oneLine) : this.#ghost.hide();
    const under = Math.max(caret.y + caret.height, this.#ghost.bottom);
    this.#list.show(words, row, drawn ? spoken : "", caret, under);
    this.#say(spoken);
    return drawn;
  }

  hide(): null {
    this.#ghost.hide();
    this.#list.hide();
    this.#say("");
    return null;
  }

  remove(): void {
    this.#host.remove();
  }
}

function help(does: string, chords?: readonly string[]): string {
  return chords?.[0] ? `${chords[0]} ${does}. ` : "";
}

function lookOf(element: Element): string {
  const box = JSON.stringify(element.getBoundingClientRect());
  return box + element.scrollTop + getComputedStyle(element).font;
}

/** Where the overlay belongs: all outside an open dialog is inert, so there it has to be within. */
function homeOf(element: Element): Element {
  const root = element.getRootNode();
  const outside = root instanceof ShadowRoot ? homeOf(root.host) : document.body;
  return element.closest("dialog") ?? outside;
}

/** Whether a click at the caret would hit the field: it is not scrolled off, nor under something. */
function isHit(element: Element, { x, y, height }: Caret): boolean {
  return element.contains(
    (element.getRootNode() as Document).elementFromPoint(x - 1, y + height / 2),
  );
}
