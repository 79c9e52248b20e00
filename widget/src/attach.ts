// Fields come and go: joins them to the widget, once each.
import type { Handle, Options } from "./api";
import { editorOf } from "./editor";
import { Field } from "./field";
import { resolve } from "./options";

const attached = new Map<Element, Handle>();

export function attach(element: Element, options: Partial<Options> = {}): Handle {
  const editor = editorOf(element);
  if (!editor) throw new TypeError(`Inkling: need a text field, got <${element.localName}>`);
  attached.get(element)?.detach();
  const chosen = resolve(editor.element, options);
  // The browser's own guesses would lie over ours.
  const quiet = { autocomplete: "off", writingsuggestions: "false", dir: chosen.direction };
  const restore = Object.entries(quiet).map(([name, value]) => override(element, name, value));
  const field = new Field(editor, chosen);
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

function override(element: Element, name: string, value: string | undefined): () => void {
  const before = element.getAttribute(name);
  if (value) element.setAttribute(name, value);
  return () => {
    if (before === null) element.removeAttribute(name);
    else element.setAttribute(name, before);
  };
}

export function observe(
  selector: string,
  options: Partial<Options> = {},
  root: Document | ShadowRoot = document,
): Handle {
  const mine = new Map<Element, Handle>();
  const typable = ":is(textarea,input,[contenteditable])";
  const fields = `:is(${selector}, :is(${selector}) *)${typable}`;
  const scan = (): void => {
    for (const [field, handle] of mine) {
      if (!(field.isConnected && field.matches(fields) && editorOf(field))) {
        handle.detach();
        mine.delete(field);
      }
    }
    for (const field of root.querySelectorAll(fields)) {
      if (!attached.has(field) && editorOf(field)) mine.set(field, attach(field, options));
    }
  };
  const observer = new MutationObserver(scan);
  const attributeFilter = ["data-inkling", "contenteditable", "type"];
  observer.observe(root, { childList: true, subtree: true, attributeFilter });
  scan();
  return {
    detach(): void {
      observer.disconnect();
      mine.forEach((handle) => handle.detach());
    },
  };
}
