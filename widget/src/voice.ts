// Tells a screen reader what is suggested, politely: only once the typing pauses.

const PAUSE = 500;

export class Voice {
  private readonly region = document.createElement("div");
  private timer = 0;

  constructor(parent: Node) {
    this.region.className = "voice";
    this.region.role = "status";
    this.region.ariaLive = "polite";
    parent.appendChild(this.region);
  }

  say(text: string): void {
    clearTimeout(this.timer);
    const message = text && `Suggestion: ${text}. Tab to accept.`;
    if (message === this.region.textContent) return;
    this.region.textContent = "";
    if (message) this.timer = window.setTimeout(() => (this.region.textContent = message), PAUSE);
  }
}
