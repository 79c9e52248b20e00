// An editable element: its text is read off its nodes, with a line break for a <br> and between blocks.
import type { Caret } from "./caret";
import type { Editor } from "./editor";

/** What begins and ends with a line break. */
const BLOCK = /^(P|DIV|LI|[OU]L|H\d|PRE|BLOCKQUOTE|SECTION|ARTICLE|T[DHR])$/;

interface Place {
  readonly node: Text;
  /** Where in the text the node starts. */
  readonly start: number;
}

interface Reading {
  readonly text: string;
  readonly places: readonly Place[];
  /** Where the caret is; -1 while it is elsewhere or a range is selected. */
  readonly caret: number;
}

export class RichText implements Editor {
  readonly element: HTMLElement;
  readonly singleLine = false;

  constructor(element: HTMLElement) {
    this.element = element;
  }

  before(): string | null {
    const { text, caret } = this.#read();
    return caret < 0 ? null : text.slice(0, caret);
  }

  after(): string {
    const { text, caret } = this.#read();
    return caret < 0 ? "" : text.slice(caret);
  }

  replace(start: number, end: number, text: string): void {
    const { caret, places } = this.#read();
    const from = pointAt(places, start);
    const to = pointAt(places, end);
    const selection = this.#restart();
    if (start !== caret && from && to) selection.setBaseAndExtent(...from, ...to);
    document.execCommand("insertText", false, text);
    this.#restart();
  }

  /** As `#select` in plain.ts. */
  #restart(): Selection {
    const selection = this.#selection!;
    const { focusNode, focusOffset } = selection;
    selection.collapse(this.element);
    selection.collapse(focusNode, focusOffset);
    return selection;
  }

  deselect(): void {
    this.#selection?.collapseToEnd();
  }

  locate(): Caret {
    const { element } = this;
    // Only called while there is text before a caret: that is where the caret is.
    const range = this.#selection!.getRangeAt(0);
    const type = range.startContainer.parentElement ?? element;
    let block = type;
    while (block !== element && getComputedStyle(block).display.startsWith("inline")) {
      block = block.parentElement ?? element;
    }
    const style = getComputedStyle(block);
    const inner = block.getBoundingClientRect();
    const { left, top, height } = range.getClientRects()[0] ?? type.getBoundingClientRect();
    return {
      type,
      x: left,
      y: top,
      height,
      left: inner.left + block.clientLeft + parseFloat(style.paddingLeft),
      right: inner.right - block.clientLeft - parseFloat(style.paddingRight),
      bottom: element.getBoundingClientRect().bottom,
      rtl: style.direction === "rtl",
    };
  }

  get #selection(): Selection | null {
    // Chromium hides a selection inside a shadow root from the document.
    const root = this.element.getRootNode() as Partial<Document>;
    return (root.getSelection ? root : document).getSelection!();
  }

  #read(): Reading {
    const selection = this.#selection;
    const { focusNode, focusOffset } = selection ?? {};
    const places: Place[] = [];
    // A space is typed as a no-break one where an ordinary one would collapse.
    const blank = /^(pre|break)/.test(getComputedStyle(this.element).whiteSpace) ? /\xa0/g : /\s/g;
    let text = "";
    let caret = -1;
    let apart = false;
    const visit = (node: Node): void => {
      const block = BLOCK.test(node.nodeName);
      if (block) apart = !/(^|\n)$/.test(text);
      if (node instanceof Text) {
        if (apart) text += "\n";
        apart = false;
        // Whoever types is in a text node; before that there is nothing to suggest.
        if (node === focusNode) caret = text.length + focusOffset!;
        places.push({ node, start: text.length });
        text += node.data.replace(blank, " ");
      }
      if (node.nodeName === "BR") {
        text += apart ? "\n\n" : "\n";
        apart = false;
      }
      node.childNodes.forEach(visit);
      if (block) apart = !/(^|\n)$/.test(text);
    };
    visit(this.element);
    return { text, places, caret: selection?.isCollapsed ? caret : -1 };
  }
}

function pointAt(places: readonly Place[], index: number): [Text, number] | null {
  const place = places.find(({ node, start }) => index <= start + node.length);
  return place ? [place.node, Math.max(0, index - place.start)] : null;
}
