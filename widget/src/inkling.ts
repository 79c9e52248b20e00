// What a page can call, held to the types that are shipped; imported or from the script tag.
import type * as api from "./api";
import { attach, observe } from "./attach";
import { InklingTextArea } from "./element";

export const Inkling: Pick<typeof api, "attach" | "observe"> = { attach, observe };

const define = (): void => {
  const name = "inkling-textarea";
  if (!customElements.get(name)) customElements.define(name, InklingTextArea);
};

// Not before its text is read: while the page is parsed, an element starts out empty.
if (document.readyState !== "loading") define();
else document.addEventListener("DOMContentLoaded", define);
