// Joins the widget to both tabs: the Chat tab's box, which sees what was said, and the Write tab's
// text area, with its live line and what is learned from it. Listens on the document, for Gradio
// makes all of it long after this script has run.
(() => {
  const WIDGET = 'script[src="/widget.js"]';
  const write = (name, text) => {
    // Into the node that is there: a new one would end what Chromium takes back at once.
    for (const place of document.querySelectorAll(`[data-${name}]`)) {
      place.firstChild.nodeValue = text;
    }
  };
  document.addEventListener("inkling:shown", ({ detail }) => {
    write("latency", `${Math.max(1, Math.round(detail.latency))} ms`);
  });
  document.addEventListener("inkling-saved", ({ detail }) => write("saved", String(detail.saved)));
  document.addEventListener("inkling-learned", ({ detail }) => {
    const field = document.getElementById("ink-text");
    if (field) window.Inkling?.attach(field, detail);
  });
  // Whoever leaves the text area has written something.
  document.addEventListener("change", ({ target }) => {
    if (target.id === "ink-text") document.querySelector("inkling-learned")?.learn?.(target.value, [], true);
  });
  /** The conversation as it is shown, oldest first; an answer of which there is no word yet is none. */
  const said = () =>
    [...document.querySelectorAll("#ink-chat .message:is(.user, .bot)")]
      .map((message) => message.innerText.trim())
      .filter((text) => text && text !== "…");
  const join = () => window.Inkling?.observe("#ink-box", { turns: said });
  if (window.Inkling) join();
  // Gradio runs these scripts in no order. A script's load event does not bubble, but is captured.
  else document.addEventListener("load", ({ target }) => target.matches?.(WIDGET) && join(), true);
  window.addEventListener("load", () => {
    if (!window.Inkling) setTimeout(report, 3000); // the tab may not be there yet
  });
  const report = () => {
    const place = document.getElementById("ink-trouble");
    if (!place || window.Inkling) return;
    place.textContent = "Suggestions are off: /widget.js did not load.";
    place.hidden = false;
  };
})();
