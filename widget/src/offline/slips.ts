// What may have been meant, if a finger or the spelling slipped once (chatbot/slips.py says how each
// slip is undone, and how often it happens).

export interface Slip {
  readonly meant: string;
  /** p(typed | meant). */
  readonly probability: number;
}

/** Of half-typed words that hold a slip. */
export const RATE = 0.03;
const LEAST_LETTERS = 3;
const MOST_LETTERS = 24;
/** Shares of the kinds; they add up to one. */
const SWAPPED = 0.2;
const NEIGHBOUR = 0.3;
const VOWEL = 0.1;
const OTHER_KEY = 0.05;
const MISSED = 0.1;
const EXTRA = 0.1;
const DOUBLED = 0.1;
const BOTH = 0.05;

const ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
const VOWELS = "aeiou";
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
/** The keys around each letter: left, right, and those that touch it above and below. */
const BESIDE = new Map(ROWS.flatMap((row, y) => [...row].map((letter, x) => [letter, beside(x, y)])));

/** Whether `typed` is neither too short nor too long, and holds the letters a to z alone. */
export function mayBeMended(typed: string): boolean {
  return typed.length >= LEAST_LETTERS && typed.length <= MOST_LETTERS && /^[a-z]+$/i.test(typed);
}

/** What may have been meant, each once; `begins` tells whether any word begins with a text. */
export function slips(typed: string, begins: (text: string) => boolean): Slip[] {
  const found = new Map<string, number>();
  for (const [meant, share] of ways(typed, begins)) {
    if (meant !== typed && begins(meant)) found.set(meant, (found.get(meant) ?? 0) + share * RATE);
  }
  return [...found].map(([meant, probability]) => ({ meant, probability }));
}

/** Undo each kind of slip at each place; the first letter is the surest, so it stays. */
function* ways(typed: string, begins: (text: string) => boolean): Generator<[string, number]> {
  const low = typed.toLowerCase();
  const each = 1 / typed.length;
  for (let i = 1; i < typed.length; i++) {
    const before = typed.slice(0, i);
    const after = typed.slice(i + 1);
    yield [before + after, (EXTRA * each) / LETTERS.length];
    for (const letter of LETTERS.filter((letter) => begins(before + letter))) {
      if (letter !== low[i]) yield [before + letter + after, otherKey(low[i]!, letter) * each];
      yield [before + letter + typed.slice(i), MISSED * each];
    }
    if (after) yield [before + after[0] + typed[i] + after.slice(1), SWAPPED * each];
  }
  const once = [...doublings(typed)];
  for (const meant of once) yield [meant, DOUBLED * each];
  for (const meant of once) {
    for (const twice of doublings(meant)) yield [twice, BOTH * each * each];
  }
}

function otherKey(typed: string, meant: string): number {
  const near = BESIDE.get(typed)!;
  const key = near.includes(meant) ? NEIGHBOUR / near.length : OTHER_KEY / 20;
  const areVowels = VOWELS.includes(typed) && VOWELS.includes(meant);
  return key + (areVowels ? VOWEL / (VOWELS.length - 1) : 0);
}

/** Make two of each letter, and one of each two; the first letter stays. */
function* doublings(typed: string): Generator<string> {
  for (let i = 1; i < typed.length; i++) {
    yield typed.slice(0, i + 1) + typed.slice(i);
    if (typed[i] === typed[i - 1]) yield typed.slice(0, i) + typed.slice(i + 1);
  }
}

function beside(x: number, y: number): string {
  const near = [[-1, [0, 1]], [0, [-1, 1]], [1, [-1, 0]]] as const; // prettier-ignore
  return near.flatMap(([dy, shifts]) => shifts.map((dx) => ROWS[y + dy]?.[x + dx] ?? "")).join("");
}
