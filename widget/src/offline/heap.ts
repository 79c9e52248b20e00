// The most probable first.

export class Heap<T extends { readonly probability: number }> {
  readonly #items: T[] = [];

  get best(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (items[above]!.probability >= item.probability) break;
      items[at] = items[above]!;
      at = above;
    }
    items[at] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    const best = items[0];
    const last = items.pop();
    if (!items.length || !last) return best;
    let at = 0;
    for (let below = 1; below < items.length; below = 2 * at + 1) {
      const right = items[below + 1];
      if (right && right.probability > items[below]!.probability) below++;
      if (items[below]!.probability <= last.probability) break;
      items[at] = items[below]!;
      at = below;
    }
    items[at] = last;
    return best;
  }
}
