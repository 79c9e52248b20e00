// How welcome suggestions are: five rejections in a row make them rarer, until one is accepted.

const ENOUGH = 5;

/** `threshold` after `refused` rejections in a row: at last halfway to certainty. */
export function raised(threshold: number, refused: number): number {
  return refused < ENOUGH ? threshold : (1 + threshold) / 2;
}
