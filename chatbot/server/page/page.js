// The Write tab's live line: what the widget's events say; and what joins its text area to what is
// learned from it. Listens on the document, for Gradio makes all of it long after this script has run.
(() => {
  let saved = 0;
  const write = (name, text) => {
    for (const place of document.querySelectorAll(`[data-${name}]`)) place.textContent = text;
  };
  document.addEventListener("inkling:shown", ({ detail }) => {
    write("latency", `${Math.max(1, Math.round(detail.latency))} ms`);
  });
  document.addEventListener("inkling:accepted", ({ detail }) => {
    saved += detail.saved;
    write("saved", String(saved));
  });
  document.addEventListener("inkling-learned", ({ detail }) => {
    const field = document.getElementById("ink-text");
    if (field) window.Inkling?.attach(field, detail);
  });
  // Whoever leaves the text area has written something.
  document.addEventListener("change", ({ target }) => {
    if (target.id === "ink-text") document.querySelector("inkling-learned")?.learn?.(target.value);
  });
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
