// The script tag's entry: joins the marked fields and offers the same to the page's own script.
import { Inkling } from "./inkling";
import { scriptData } from "./options";

declare global {
  interface Window {
    Inkling?: typeof Inkling;
  }
}

// A page that includes the script twice must not suggest twice.
if (!window.Inkling) {
  window.Inkling = Inkling;
  Inkling.observe("[data-inkling]");
  if (scriptData.inklingSelector) Inkling.observe(scriptData.inklingSelector);
}
