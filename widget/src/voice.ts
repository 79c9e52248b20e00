// Tells a screen reader what is suggested, politely: only once the typing pauses.
import { boxIn, write } from "./box";

const PAUSE = 500;

/** Add the spoken line to `parent`; returns what says a text. `help` says which keys do what. */
export function voiceIn(parent: Node, help: string): (text: string) => void {
  const region = boxIn(parent, "voice");
  let timer = 0;
  region.role = "status";
  region.ariaLive = "polite";
  return (text) => {
    clearTimeout(timer);
    const message = text && `Suggestion: ${text}. ${help}`;
    if (message === region.textContent) return;
    write(region, "");
    if (message) timer = setTimeout(() => write(region, message), PAUSE);
  };
}
