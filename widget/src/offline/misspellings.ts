// How English words are often written wrong (chatbot/misspellings.py, and its list).
import listed from "../../../chatbot/misspellings.txt";

/** Whole words, and beginnings of words. */
const words = new Map<string, string>();
const beginnings = new Map<string, string>();
for (const line of listed.split("\n").filter((line) => line && !line.startsWith("#"))) {
  const [wrong, right] = line.split(" ") as [string, string];
  if (wrong.endsWith("*")) beginnings.set(wrong.slice(0, -1), right);
  else words.set(wrong, right);
}
const SHORTEST = 3;

/** How `typed`, perhaps half typed, is written right, if it is a listed one; else null. */
export function corrected(typed: string): string | null {
  const low = typed.toLowerCase();
  // All capitals, and other mixtures, are taken as they are.
  if (typed !== low && typed !== capital(low)) return null;
  const right = words.get(low) ?? longest(low);
  return right && typed !== low ? capital(right) : right;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function longest(low: string): string | null {
  for (let length = low.length; length >= SHORTEST; length--) {
    const right = beginnings.get(low.slice(0, length));
    if (right) return right + low.slice(length);
  }
  return null;
}
