// A map that forgets what was used longest ago, and a key for it.

/** A key of texts: between them stands what no text that can be encoded holds, half a character. */
export function keyOf(texts: readonly (string | number)[]): string {
  return texts.join("\ud800");
}

export class Recent<V> {
  readonly #kept = new Map<string, V>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): V | undefined {
    const value = this.#kept.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.#kept.delete(key);
    this.#kept.set(key, value);
    if (this.#kept.size > this.#most) this.#kept.delete(this.#kept.keys().next().value!);
  }
}
