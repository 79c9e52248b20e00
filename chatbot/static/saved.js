// Counts the keystrokes that suggestions saved, over all fields of a page, and tells each change as
// `inkling-saved` on the document: {saved, typed}. What Ctrl+Z takes back was not saved, so each
// field has the counts of the texts it held: undone, it is at an earlier one again.
"use strict";

(() => {
  const MOST = 500; // texts of a field that are kept; who undoes goes back a few
  const histories = new WeakMap(); // field -> its texts
  let saved = 0;
  let typed = 0;

  class History {
    #at = 0; // which of the texts stands there now
    #texts;

    constructor(text) {
      this.#texts = [{ text, saved: 0 }];
    }

    get #now() {
      return this.#texts[this.#at];
    }

    write(text) {
      this.#texts.splice(this.#at + 1, Infinity, { text, saved: this.#now.saved });
      if (this.#texts.length > MOST) this.#texts.shift();
      this.#at = this.#texts.length - 1;
    }

    accept(keys) {
      this.#now.saved += keys;
    }

    /** Go to where `text` stood, back (-1) or forth (1); tells how many keys that saves. */
    go(text, by) {
      const before = this.#now.saved;
      let at = this.#at + by;
      while (this.#texts[at] && this.#texts[at].text !== text) at += by;
      if (this.#texts[at]) this.#at = at;
      return this.#now.saved - before;
    }
  }

  /** Texts of a field; null for what nobody writes in. */
  function historyOf(field) {
    const text = textOf(field);
    if (text === null) return null;
    if (!histories.has(field)) histories.set(field, new History(text));
    return histories.get(field);
  }

  function textOf(field) {
    if (field.isContentEditable) return field.textContent;
    return typeof field.selectionStart === "number" ? field.value : null;
  }

  function tell() {
    document.dispatchEvent(new CustomEvent("inkling-saved", { detail: { saved, typed } }));
  }

  document.addEventListener("focusin", ({ target }) => historyOf(target));
  document.addEventListener("input", ({ target, inputType = "" }) => {
    const history = historyOf(target);
    if (!history) return;
    const way = { historyUndo: -1, historyRedo: 1 }[inputType];
    if (way) saved += history.go(textOf(target), way);
    else history.write(textOf(target));
    if (/^insert/.test(inputType)) typed += 1; // accepting, too, costs a key
    tell();
  });
  document.addEventListener("inkling:accepted", ({ target, detail }) => {
    historyOf(target)?.accept(detail.saved);
    saved += detail.saved;
    tell();
  });
})();
