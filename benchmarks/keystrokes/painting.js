// Notes when what the widget drew for each key was painted. Run in a page once its field has the
// focus, so that the widget's overlay is there; knows of the widget no more than what it draws.
//
// A key begins at its event's time stamp, when the browser got it. What was drawn is seen by a
// MutationObserver, right after the script that drew it; a task that is posted in the next
// animation frame then runs once that frame was laid out and painted. So all of the page's own work
// counts, and not the way from there to the glass.
() => {
  const keys = (window.inklingKeys = []);
  const { shadowRoot } = document.querySelector("inkling-overlay");
  let key = null;

  addEventListener(
    "keydown",
    ({ timeStamp }) => {
      const clock = performance.timeOrigin + timeStamp; // the same for all pages
      key = { at: timeStamp, clock, answered: false, ghost: null, any: null, own: null };
      keys.push(key);
    },
    true,
  );
  addEventListener("inkling:shown", ({ detail }) => {
    if (!key) return;
    key.answered = true;
    key.own = detail.latency;
  });

  const isDrawn = (selector) => {
    const box = shadowRoot.querySelector(selector);
    return box !== null && !box.hidden && box.textContent !== "";
  };

  /** Note when what is drawn now was painted, if no other key was first. */
  const painted = (name) => {
    const mine = key;
    if (!mine || mine[name] !== null) return;
    const { answered } = mine;
    mine[name] = { ms: NaN, answered };
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        if (mine === key) mine[name].ms = performance.now() - mine.at;
        port1.close();
      };
      port2.postMessage(null);
    });
  };

  new MutationObserver(() => {
    if (isDrawn(".ghost")) painted("ghost");
    if (isDrawn(".ghost") || isDrawn(".list")) painted("any");
  }).observe(shadowRoot, { subtree: true, childList: true, attributes: true, characterData: true });
}
