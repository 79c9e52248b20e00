// The script tag's entry: joins the marked fields and offers the same to the page's own script.
import { attach, observe } from "./attach";
import { scriptData } from "./options";

const Inkling = { attach, observe };

declare global {
  interface Window {
    Inkling?: typeof Inkling;
  }
}

// A page that includes the script twice must not suggest twice.
if (!window.Inkling) {
  window.Inkling = Inkling;
  observe("[data-inkling]");
  if (scriptData.inklingSelector) observe(scriptData.inklingSelector);
}
