// Making and placing the boxes of the overlay.

/** Add an element of class `name` to `parent`, with an empty text to write into. */
export function boxIn(parent: Node, name: string): HTMLElement {
  const box = document.createElement("div");
  box.className = name;
  box.append("");
  return parent.appendChild(box);
}

/**
 * Write `text` into `box`. Into the node that is there: a new one, put in while somebody types, ends
 * what Chromium takes back at once, and Ctrl+Z would go letter by letter.
 */
export function write(box: Element, text: string): void {
  box.firstChild!.nodeValue = text;
}

/** Set properties of `box`; numbers are lengths in pixels. */
export function place({ style }: HTMLElement, set: Record<string, number | string>): void {
  for (const [name, value] of Object.entries(set)) {
    style.setProperty(name, typeof value === "number" ? `${value}px` : value);
  }
}
