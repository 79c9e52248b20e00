// What a page has chosen, with defaults, from script or from data-inkling-* attributes.
import type { Options } from "./api";

// Read at load: currentScript is null as soon as the script has run, and for a module.
const script = document.currentScript as HTMLScriptElement | null;
const source = script?.src || import.meta.url;

export const scriptData: DOMStringMap = script?.dataset ?? {};

/** Words that the server takes at most, in the list and in a phrase: more, and it refuses each key. */
const MOST = 16;

const defaults: Options = {
  endpoint: source ? new URL(source).origin : location.origin,
  n: 3,
  words: 4,
  threshold: 0.3,
  timeout: 2000,
  learn: false,
  offline: false,
  turns: [],
  keys: {
    accept: ["Tab"],
    word: ["Control+ArrowRight", "Alt+ArrowRight"],
    next: ["Alt+]"],
    previous: ["Alt+["],
    dismiss: ["Escape"],
  },
};

/** Read data-inkling-* attributes; what is no number, or can't be an attribute, is left out. */
function fromData(data: DOMStringMap): Partial<Options> {
  const found: Record<string, unknown> = {};
  for (const [key, raw] of Object.entries(data)) {
    const name = key.replace(/^inkling(.)/, (_, first: string) => first.toLowerCase());
    const usual = typeof defaults[name as keyof Options];
    const value = usual === "number" ? +raw! : usual === "boolean" ? raw === "true" : raw;
    if (raw && name !== key && usual !== "object" && !Number.isNaN(value)) found[name] = value;
  }
  return found;
}

/** Merge, weakest first: defaults, the script's attributes, `given`, the marked element's. */
export function resolve(element: HTMLElement, given: Partial<Options>): Options {
  const marked = element.closest<HTMLElement>("[data-inkling]") ?? element;
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  const layers = [
    defaults,
    fromData(scriptData),
    Object.fromEntries(known) as Partial<Options>,
    fromData(marked.dataset),
  ];
  const keys = Object.assign({}, ...layers.map((layer) => layer.keys)) as Options["keys"];
  const all = Object.assign({}, ...layers, { keys }) as Options;
  all.n = Math.min(all.n, MOST);
  all.words = Math.min(all.words, MOST);
  return all;
}
