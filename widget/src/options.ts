// What a page can choose, with defaults, from script or from data-inkling-* attributes.

export interface Options {
  /** Origin (and path) under which /v1/suggest answers. */
  endpoint: string;
  /** Words in the list. */
  n: number;
  /** Longest ghost text, in words; 1 leaves only the best word. */
  words: number;
  /** Least probability at which the best word is ghost text when there is no phrase. */
  threshold: number;
  /** Milliseconds of quiet before a request. */
  delay: number;
  /** Milliseconds after which the server counts as down. */
  timeout: number;
  /** Whose personal memory to mix in; none when absent. */
  session?: string;
  /** Whether the server may learn from this text. */
  learn: boolean;
  /** Earlier turns of the conversation, oldest first. */
  turns: readonly string[] | (() => readonly string[]);
}

// Read at load: currentScript is null as soon as the script has run.
const script = document.currentScript as HTMLScriptElement | null;
const origin = script?.src ? new URL(script.src).origin : location.origin;

export const scriptData: DOMStringMap = script?.dataset ?? {};

const defaults: Options = {
  endpoint: origin,
  n: 3,
  words: 4,
  threshold: 0.3,
  delay: 5,
  timeout: 2000,
  learn: false,
  turns: [],
};

const numbers = ["n", "words", "threshold", "delay", "timeout"] as const;

/** Read data-inkling-* attributes; what is absent or no number is left out. */
function fromData(data: DOMStringMap): Partial<Options> {
  const found: Partial<Options> = {};
  for (const name of numbers) {
    const raw = data["inkling" + name[0]!.toUpperCase() + name.slice(1)];
    if (raw && Number.isFinite(Number(raw))) found[name] = Number(raw);
  }
  if (data.inklingEndpoint) found.endpoint = data.inklingEndpoint;
  if (data.inklingSession) found.session = data.inklingSession;
  if (data.inklingLearn) found.learn = data.inklingLearn === "true";
  return found;
}

/** Merge, weakest first: defaults, the script's attributes, `given`, the marked element's. */
export function resolve(element: HTMLElement, given: Partial<Options>): Options {
  const marked = element.closest<HTMLElement>("[data-inkling]") ?? element;
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return {
    ...defaults,
    ...fromData(scriptData),
    ...(Object.fromEntries(known) as Partial<Options>),
    ...fromData(marked.dataset),
  };
}
