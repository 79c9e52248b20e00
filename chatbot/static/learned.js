// <inkling-learned>: a switch that lets the server learn from what a person writes, and what it has
// learned, theirs to forget. Of the pages it knows nothing: they hear `inkling-learned`, whose
// detail are options for Inkling.attach, and call learn(text) once a text is written. The server
// learns by itself too, when another text begins: so while keys are typed it looks now and then.
"use strict";

(() => {
  const STORED = "inkling-learned"; // {session, learn} of this browser
  const SHOWN = 200; // most words in the list; the rest are found by typing
  const PAUSE = 2000; // milliseconds from a key to the look at what was learned by it
  const STYLE = `
    :host { display: block; --edge: color-mix(in srgb, currentColor 30%, transparent); }
    [hidden] { display: none !important; }
    label { display: flex; gap: 0.6em; align-items: center; font-weight: 600; cursor: pointer; }
    input[type=checkbox] { width: 1.15em; height: 1.15em; margin: 0; accent-color: #5b50d6; }
    p { margin: 0.35em 0 0; font-size: 0.875rem; }
    .kept { opacity: 0.85; }
    ul { display: flex; flex-wrap: wrap; gap: 6px; max-height: 190px; margin: 0.7em 0 0; padding: 2px;
      overflow-y: auto; list-style: none; }
    li { display: flex; align-items: center; max-width: 100%; padding-inline-start: 10px;
      border: 1px solid var(--edge); border-radius: 999px; font-size: 0.9rem; }
    li span { overflow-wrap: anywhere; }
    small { margin-inline-start: 0.45em; font-variant-numeric: tabular-nums; }
    button, input[type=search] { font: inherit; font-size: 0.875rem; color: inherit;
      background: none; border: 1px solid var(--edge); border-radius: 999px; }
    button { padding: 5px 12px; cursor: pointer; }
    button:hover { background: color-mix(in srgb, currentColor 12%, transparent); }
    li button { min-width: 28px; min-height: 28px; padding: 0; border: 0; }
    input[type=search] { box-sizing: border-box; width: 100%; margin-top: 0.7em; padding: 6px 12px;
      opacity: 1; }
    :focus-visible { outline: 2px solid currentColor; outline-offset: 1px; }
    .actions { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 0.7em; }
    [role=status]:empty { display: none; }`;
  const CONTENT = `
    <label><input type="checkbox" role="switch" aria-describedby="kept">
      <span>Learn from what I write here</span></label>
    <p id="kept" class="kept">Kept while this is on: the whole text you write in, also what stood in it
      before, cut into words, each with 64 numbers by which the model knows such a place again, in one file
      on this server, under a random name that only this browser knows.</p>
    <div id="learned" hidden>
      <p id="summary"></p>
      <input type="search" placeholder="Find a word" aria-label="Find a learned word" hidden>
      <ul aria-label="Learned words" tabindex="0" hidden></ul>
      <div class="actions">
        <button type="button" id="undo">Undo</button>
        <button type="button" id="export">Export</button>
        <button type="button" id="import">Import</button>
        <input type="file" accept=".json,application/json" aria-label="An exported memory" hidden>
        <button type="button" id="clear">Clear</button>
      </div>
    </div>
    <p role="status"></p>`;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);

  function stored() {
    try {
      const { session, learn } = JSON.parse(localStorage.getItem(STORED));
      return typeof session === "string" ? { session, learn: learn === true } : null;
    } catch {
      return null; // nothing was stored, or this page may not store: then it lasts as long as the page
    }
  }

  /** A name that nobody can guess: it is all that guards a memory. */
  function newName() {
    return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");
  }

  class InklingLearned extends HTMLElement {
    #root = this.attachShadow({ mode: "open" });
    #chosen = stored();
    #words = [];
    #written = new Set(); // texts that were learned already, since the page was opened
    #timer = 0;
    #typedOn = false; // whether a key came after the one that is looked at: its answer may come later
    #failed = false; // whether the memory did not answer when it was asked last
    #last = Promise.resolve(); // one after another: Undo must not take back what a later one did
    #look = ({ target, inputType }) => {
      // Only what is typed: a slider has no inputType, and the list's own field learns nothing.
      if (target === this || !inputType || !this.options.learn) return;
      this.#typedOn = this.#timer > 0;
      if (!this.#timer) this.#lookLater();
    };
    #hear = ({ key }) => {
      if (key !== STORED && key !== null) return; // null: all of the storage was cleared
      this.#chosen = stored();
      this.#begin();
    };

    constructor() {
      super();
      this.#root.adoptedStyleSheets = [sheet];
      this.#root.innerHTML = CONTENT;
      this.#find("[role=switch]").addEventListener("change", ({ target }) => this.#turn(target.checked));
      this.#find("[type=search]").addEventListener("input", () => this.#list());
      this.#find("ul").addEventListener("click", ({ target }) => this.#forget(target.dataset.word));
      this.#find("#undo").addEventListener("click", () => this.#undo());
      this.#find("#export").addEventListener("click", () => this.#export());
      this.#find("#import").addEventListener("click", () => this.#find("[type=file]").click());
      this.#find("[type=file]").addEventListener("change", ({ target }) => this.#import(target));
      this.#find("#clear").addEventListener("click", () => this.#clear());
    }

    connectedCallback() {
      // Another tab may switch it on or off.
      window.addEventListener("storage", this.#hear);
      document.addEventListener("input", this.#look);
      this.#begin();
    }

    disconnectedCallback() {
      window.removeEventListener("storage", this.#hear);
      document.removeEventListener("input", this.#look);
      clearTimeout(this.#timer);
      this.#timer = 0;
    }

    #lookLater() {
      this.#timer = setTimeout(() => {
        this.#timer = 0;
        if (this.#typedOn) this.#lookLater();
        this.#typedOn = false;
        void this.#renew();
      }, PAUSE);
    }

    /** For Inkling.attach: whose memory to use, and whether it may grow. */
    get options() {
      return { learn: false, ...this.#chosen };
    }

    /** Have a text that was written remembered, where that is wanted; one that was `left` may go on. */
    async learn(text, turns = [], left = false) {
      if (!this.options.learn || !text.trim() || this.#written.has(text)) return;
      this.#written.add(text);
      if (!(await this.#ask("/learn", { text, turns, left }))) {
        this.#written.delete(text);
        return;
      }
      await this.refresh();
    }

    /** Show what is known now. */
    async refresh() {
      const known = this.#chosen && (await this.#ask("", {}));
      if (known) this.#show(known.words);
      else if (!this.#chosen) this.#find("#learned").hidden = true;
    }

    /** The same without a word: nobody asked for it, and what was said last still stands. */
    async #renew() {
      try {
        this.#show((await this.#send("", {})).words);
        if (this.#failed) this.#say("");
        this.#failed = false;
      } catch {
        // It is told once somebody asks for something.
      }
    }

    #find(selector) {
      return this.#root.querySelector(selector);
    }

    #begin() {
      this.#find("[role=switch]").checked = this.options.learn;
      this.#announce();
      void this.refresh();
    }

    #announce() {
      const detail = this.options;
      this.dispatchEvent(new CustomEvent("inkling-learned", { detail, bubbles: true, composed: true }));
    }

    async #turn(learn) {
      this.#chosen = { session: this.#chosen?.session ?? newName(), learn };
      try {
        localStorage.setItem(STORED, JSON.stringify(this.#chosen));
      } catch {
        // As above.
      }
      this.#announce();
      await this.refresh();
      if (learn || this.#chosen.learn) return;
      const known = this.#words.length ? " What is known still helps until you clear it." : "";
      this.#say(`Nothing more is learned.${known}`);
    }

    async #forget(word) {
      if (word === undefined) return;
      if (!(await this.#ask("/forget", { word }))) return;
      await this.refresh();
      this.#say(`Forgot “${word}”; it is not learned again.`);
      this.#find("ul").focus();
    }

    async #undo() {
      const answer = await this.#ask("/undo", {});
      if (!answer) return;
      await this.refresh();
      this.#say(answer.undone ? "Taken back." : "There is nothing to take back.");
    }

    async #clear() {
      if (!(await this.#ask("/clear", {}))) return;
      await this.refresh();
      this.#say("All forgotten; Undo takes that back.");
    }

    async #export() {
      const memory = await this.#ask("/export", {});
      if (!memory) return;
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([JSON.stringify(memory, null, 1)]));
      link.download = "inkling-memory.json";
      link.click();
      URL.revokeObjectURL(link.href);
    }

    async #import(input) {
      const [file] = input.files;
      input.value = ""; // or the same file, mended, could not be chosen again
      let memory;
      try {
        memory = JSON.parse(await file.text());
      } catch {
        this.#say(`${file.name} is no exported memory: it holds no JSON.`);
        return;
      }
      if (!(await this.#ask("/import", { memory }))) return;
      await this.refresh();
      this.#say("Imported in place of what was known; Undo takes that back.");
    }

    #show(words) {
      this.#words = words;
      this.#find("#learned").hidden = false;
      this.#find("[type=search]").hidden = words.length <= 20;
      this.#find("#summary").textContent = this.#summary();
      this.#list();
    }

    #summary() {
      const { length } = this.#words;
      if (length) return `Learned so far: ${length} ${length === 1 ? "word" : "words"}.`;
      if (!this.options.learn) return "Nothing was learned.";
      return "Nothing learned yet: a text is learned once you leave it or begin another.";
    }

    #list() {
      const wanted = this.#find("[type=search]").value.trim().toLowerCase();
      const found = this.#words.filter(({ text }) => text.toLowerCase().includes(wanted));
      const list = this.#find("ul");
      const word = this.#root.activeElement?.dataset.word;
      list.hidden = !found.length;
      list.replaceChildren(...found.slice(0, SHOWN).map(row));
      // The list is renewed by itself too: whoever has come to a button by keyboard stays there.
      if (word) [...list.querySelectorAll("button")].find((each) => each.dataset.word === word)?.focus();
    }

    #say(text) {
      this.#find("[role=status]").textContent = text;
    }

    /** Answer of the server; null, and a line that says why, when there is none. */
    async #ask(path, body) {
      try {
        const answer = await this.#send(path, body);
        this.#say("");
        this.#failed = false;
        return answer;
      } catch (error) {
        const away = error instanceof TypeError; // what fetch throws, in each browser's own words
        this.#say(`The memory does not answer: ${away ? "the server is away" : error.message}`);
        this.#failed = true;
        return null;
      }
    }

    #send(path, body) {
      const sent = this.#last.then(() => this.#fetch(path, body));
      this.#last = sent.catch(() => {});
      return sent;
    }

    async #fetch(path, body) {
      const response = await fetch(`/v1/memory${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ session: this.#chosen.session, ...body }),
      });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.error.message);
      return answer;
    }
  }

  function row({ text, times }) {
    const item = document.createElement("li");
    const word = document.createElement("span");
    word.textContent = text;
    word.dir = "auto";
    const count = document.createElement("small");
    count.textContent = `×${times}`;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "✕";
    button.ariaLabel = `Forget ${text}`;
    button.dataset.word = text;
    item.append(word, count, button);
    return item;
  }

  customElements.define("inkling-learned", InklingLearned);
})();
