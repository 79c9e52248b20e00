// Making and placing the boxes of the overlay.

/** A new box of class `name` in `parent`. */
export function boxIn(parent: Node, name: string): HTMLElement {
  const box = document.createElement("div");
  box.className = name;
  return parent.appendChild(box);
}

/** Set properties of `box`; numbers are lengths in pixels. */
export function place({ style }: HTMLElement, set: Record<string, number | string>): void {
  for (const [name, value] of Object.entries(set)) {
    style.setProperty(name, typeof value === "number" ? `${value}px` : value);
  }
}
