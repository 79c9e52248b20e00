// Which pieces agree with the bytes typed: one sorted list, where those below a node are a range.

export class Trie {
  readonly #pieces: string[];
  readonly #ids: Int32Array;
  readonly #longest: number;

  constructor(pieces: readonly string[]) {
    const order = [...pieces.keys()].filter((id) => pieces[id]);
    order.sort((a, b) => (pieces[a]! < pieces[b]! ? -1 : pieces[a]! > pieces[b]! ? 1 : a - b));
    this.#pieces = order.map((id) => pieces[id]!);
    this.#ids = Int32Array.from(order);
    this.#longest = Math.max(0, ...this.#pieces.map((piece) => piece.length));
  }

  /** The ids whose bytes begin with `prefix`. */
  startingWith(prefix: string): Int32Array {
    // No byte is above U+00FF, so this is behind all that begins with the prefix.
    return this.#ids.subarray(this.#find(prefix), this.#find(`${prefix}\u0100`));
  }

  /** The ids whose bytes are a proper prefix of `typed`, and their lengths. */
  *prefixesOf(typed: string): Generator<[id: number, length: number]> {
    const most = Math.min(typed.length - 1, this.#longest);
    for (let length = 1; length <= most; length++) {
      const prefix = typed.slice(0, length);
      for (let i = this.#find(prefix); this.#pieces[i] === prefix; i++) yield [this.#ids[i]!, length];
    }
  }

  /** The first place whose piece is not less than `wanted`. */
  #find(wanted: string): number {
    let low = 0;
    let high = this.#pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#pieces[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
