// How welcome suggestions are: five rejections in a row make them rarer, until one is accepted.

const ENOUGH = 5;

export class Patience {
  #refused = 0;

  refuse(): void {
    this.#refused++;
  }

  accept(): void {
    this.#refused = 0;
  }

  /** `threshold` as it stands now: halfway to certainty once nobody seems to want suggestions. */
  raise(threshold: number): number {
    return this.#refused < ENOUGH ? threshold : (1 + threshold) / 2;
  }
}
