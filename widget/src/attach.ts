// Fields come and go: joins them to the widget, once each.
import { isTextField, type TextField } from "./edit";
import { Field } from "./field";
import { type Options, resolve } from "./options";

export interface Handle {
  detach(): void;
}

const attached = new Map<TextField, Handle>();
// The browser's own guesses would lie over ours.
const quiet = { autocomplete: "off", writingsuggestions: "false" } as const;

/** Add suggestions to `element`, a text area or an input of type text or search. */
export function attach(element: Element, options: Partial<Options> = {}): Handle {
  if (!isTextField(element)) {
    throw new TypeError(
      `Inkling: need <textarea> or <input type=text|search>, got <${element.localName}>`,
    );
  }
  attached.get(element)?.detach();
  const field = new Field(element, resolve(element, options));
  const restore = Object.entries(quiet).map(([name, value]) => override(element, name, value));
  const handle = {
    detach(): void {
      if (attached.get(element) !== handle) return;
      attached.delete(element);
      field.detach();
      for (const undo of restore) undo();
    },
  };
  attached.set(element, handle);
  return handle;
}

function override(element: Element, name: string, value: string): () => void {
  const before = element.getAttribute(name);
  element.setAttribute(name, value);
  return () => {
    if (before === null) element.removeAttribute(name);
    else element.setAttribute(name, before);
  };
}

/** Attach to every field that `selector` matches (or that stands inside a match), now and later. */
export function observe(selector: string, options: Partial<Options> = {}): Handle {
  const mine = new Map<TextField, Handle>();
  const fields = `:is(${selector}):is(textarea,input), :is(${selector}) :is(textarea,input)`;
  const scan = (): void => {
    for (const [field, handle] of mine) {
      if (!field.isConnected || !field.matches(fields)) {
        handle.detach();
        mine.delete(field);
      }
    }
    for (const field of document.querySelectorAll(fields)) {
      if (isTextField(field) && !attached.has(field)) mine.set(field, attach(field, options));
    }
  };
  const observer = new MutationObserver(scan);
  observer.observe(document, { childList: true, subtree: true, attributeFilter: ["data-inkling"] });
  scan();
  return {
    detach(): void {
      observer.disconnect();
      for (const handle of mine.values()) handle.detach();
    },
  };
}
