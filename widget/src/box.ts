// Making and placing the boxes of the overlay.

/** A new box of class `name` in `parent`. */
export function boxIn(parent: Node, name: string): HTMLElement {
  const box = document.createElement("div");
  box.className = name;
  return parent.appendChild(box);
}

/** Set lengths of `box`, by property, in pixels. */
export function place(box: HTMLElement, pixels: Record<string, number>): void {
  for (const [name, value] of Object.entries(pixels)) box.style.setProperty(name, `${value}px`);
}
