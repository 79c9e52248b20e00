// The demo page: joins its fields to the widget, and shows what that saves. Uses only what any page
// can use: Inkling.attach, its events, and the server's public routes.
"use strict";

const $ = (id) => document.getElementById(id);
const messages = []; // {role, content}, oldest first

/* What is saved, over all fields; counted by /saved.js. */

let changed = null; // the field in which something was written last

document.addEventListener("input", ({ target }) => {
  if (target.closest(".field")) changed = target;
});
/** Into the node that is there: a new one would end what Chromium takes back at once. */
function count(id, text) {
  $(id).firstChild.nodeValue = text;
}

document.addEventListener("inkling-saved", ({ detail: { saved, typed } }) => {
  count("saved", saved);
  count("share", `${Math.round((100 * saved) / Math.max(1, saved + typed))} %`);
});
document.addEventListener("inkling:shown", ({ detail }) => {
  count("latency", `${Math.max(1, Math.round(detail.latency))} ms`);
});

/* Whether the server answers. A widget leaves the page as it was when it does not: so where a key
   brings nothing new, the page asks, and goes on asking while there is trouble. */

const PAUSE = 1500; // milliseconds
let look = 0; // the timer of the next one

function say(id, text) {
  const place = $(id);
  if (place.textContent === text) return; // it would be read out again
  place.textContent = text;
  place.hidden = !text;
}

/** What is the matter with the server; "" when nothing is. */
async function matter() {
  try {
    const response = await fetch("/health", { signal: AbortSignal.timeout(5000) });
    if (response.ok) return "";
    const { status, reason } = await response.json();
    return status === "loading" ? "The model is still loading." : `The model did not load: ${reason}`;
  } catch {
    const meanwhile = chosen().offline ? "meanwhile this page does" : "suggestions come once it does";
    return `The server does not answer; ${meanwhile}.`;
  }
}

function lookSoon() {
  look ||= setTimeout(async () => {
    const trouble = await matter();
    look = 0;
    if (trouble) {
      $("latency").textContent = "–";
      lookSoon();
    } else if (!$("trouble").hidden) {
      apply(); // anew: a widget that met silence asks again only after a pause
    }
    say("trouble", trouble);
  }, PAUSE);
}

document.addEventListener("input", ({ target }) => {
  if (window.Inkling && target.closest(".field")) lookSoon();
});
document.addEventListener("inkling:shown", () => {
  if (!$("trouble").hidden || chosen().offline) return; // it need not be the server that answered
  clearTimeout(look);
  look = 0;
});

/* Options: applied to the fields at once, and written into the code to copy. */

const usual = { n: 3, words: 4, threshold: 0.3, direction: "" };
const usualKeys = { accept: "Tab", word: "Control+ArrowRight Alt+ArrowRight" };

/** What was chosen that is not usual anyway. */
function chosen() {
  const form = Object.fromEntries(new FormData($("options")));
  const options = {};
  for (const [name, value] of Object.entries(usual)) {
    const wanted = typeof value === "number" ? Number(form[name]) : form[name];
    if (wanted !== value) options[name] = wanted;
  }
  const keys = {};
  for (const [action, chords] of Object.entries(usualKeys)) {
    if (form[action] !== chords) keys[action] = form[action].split(" ");
  }
  if (Object.keys(keys).length) options.keys = keys;
  if (form.offline) options.offline = true;
  return options;
}

/** Whose memory to use and whether it may grow; nothing where /learned.js did not load. */
function memory() {
  return $("learned").options ?? {};
}

function learn(text, turns, left) {
  void $("learned").learn?.(text, turns, left);
}

function apply() {
  for (const input of $("options").querySelectorAll("[type=range]")) {
    input.labels[0].querySelector("output").textContent = input.value;
  }
  const options = { ...chosen(), ...memory() };
  for (const id of ["text", "line", "rich"]) Inkling.attach($(id), options);
  const turns = () => messages.map(({ content }) => content);
  Inkling.attach($("message"), { ...options, turns });
  showKeys();
  writeCode();
}

let arrow; // as it is named now

function arrowIn(field) {
  return field.matches(":dir(rtl)") ? "←" : "→";
}

/** Name the keys as they work in the field that is written in: right to left, arrows change places. */
function showKeys(field = $("text")) {
  arrow = arrowIn(field);
  for (const action of Object.keys(usualKeys)) {
    for (const option of $(`option-${action}`)) {
      // The mark behind it keeps an arrow at the end there, whichever way the page is written.
      option.text = option.text.replace(/[←→]\u200e?/g, `${arrow}\u200e`);
    }
    const { text } = $(`option-${action}`).selectedOptions[0];
    $(`key-${action}`).textContent = text.replaceAll("\u200e", "");
  }
}

for (const name of ["focusin", "input"]) {
  // Its direction may be that of its first letter.
  document.addEventListener(name, ({ target }) => {
    // Not at each key: it costs a layout of the page.
    if (target.closest(".field") && arrow !== arrowIn(target)) showKeys(target);
  });
}

/** `options` as a script writes them: name, value as source. */
function inScript(options) {
  return Object.entries(options).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
}

// A name in the code itself would be the same for all who open the page: one memory, read by all.
const WHY = "// A name of its own for each browser: whoever knows it can read what was learned.";
const NAME = "localStorage.inklingSession";
const NAMED = `${NAME} ??= crypto.getRandomValues(new Uint32Array(4)).join("-");`;

const code = {
  html({ keys, ...options }) {
    const attributes = Object.entries(options).map(([name, value]) => ` data-inkling-${name}="${value}"`);
    const field = `<textarea data-inkling${attributes.join("")}></textarea>`;
    const widget = `<script src="${location.origin}/widget.js"></script>`;
    const element = `document.querySelector("[data-inkling]")`;
    // The widget reads the name when it finds the field: so there it comes last.
    const lines = options.learn
      ? [field, inline(WHY, NAMED, `${element}.dataset.inklingSession = ${NAME};`), widget]
      : [widget, field];
    if (keys) lines.push(inline(`Inkling.attach(${element}, { ${inScript({ keys })} });`));
    return lines.join("\n");
  },
  module(options) {
    const pairs = inScript({ endpoint: location.origin, ...options });
    if (options.learn) pairs.push(`session: ${NAME}`);
    return [
      `import { attach } from "${location.origin}/widget.mjs";\n`,
      ...(options.learn ? [WHY, `${NAMED}\n`] : []),
      `attach(document.querySelector("textarea"), {${pairs.map((pair) => `\n  ${pair},`).join("")}\n});`,
    ].join("\n");
  },
};

function inline(...statements) {
  return `<script>\n${statements.map((each) => `  ${each}\n`).join("")}</script>`;
}

let form = "html";

function writeCode() {
  $("code").textContent = code[form]({ ...chosen(), ...(memory().learn && { learn: true }) });
  $("copied").textContent = "";
}

$("options").addEventListener("input", apply);
$("options").addEventListener("submit", (event) => event.preventDefault());
$("learned").addEventListener("inkling-learned", apply);
// Whoever leaves a field has written something, perhaps not all; a message is learned when it is sent.
document.addEventListener("focusout", ({ target }) => {
  if (target !== changed || target === $("message")) return;
  changed = null;
  // One line break between paragraphs, as the widget has asked: or it would be another text.
  learn(target.value ?? target.innerText.replace(/\n+/g, "\n"), [], true);
});
for (const button of document.querySelectorAll("[data-form]")) {
  button.addEventListener("click", () => {
    form = button.dataset.form;
    for (const each of document.querySelectorAll("[data-form]")) {
      each.ariaPressed = String(each === button);
    }
    writeCode();
  });
}

$("copy").addEventListener("click", async () => {
  const text = $("code").textContent;
  try {
    await navigator.clipboard.writeText(text);
    $("copied").textContent = "Copied.";
  } catch {
    // Without https a page may not write to the clipboard: leave the code selected instead.
    getSelection().selectAllChildren($("code"));
    $("copied").textContent = "Press Ctrl+C to copy.";
  }
});

/* Look. */

const dark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : dark.matches;
}

function showTheme() {
  $("theme").ariaPressed = String(isDark());
}

$("theme").addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  showTheme();
});
dark.addEventListener("change", showTheme);

/* Chat: every answer is one of the turns that the next suggestion knows. */

function bubble(side, text) {
  const item = document.createElement("li");
  item.className = side;
  item.dir = "auto";
  item.textContent = text;
  $("messages").append(item);
  item.scrollIntoView({ block: "nearest" });
  return item;
}

/** Yield the pieces of a streamed answer. */
async function* pieces() {
  const response = await fetch("/v1/chat/completions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ messages, stream: true }),
  });
  if (!response.ok) throw new Error((await response.json()).error.message);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const data = line.replace(/^data: ?/, "");
      if (data === line || data === "[DONE]") continue;
      const event = JSON.parse(data);
      if (event.error) throw new Error(event.error.message);
      yield event.choices[0]?.delta?.content ?? "";
    }
  }
}

/** Say the answer; whether there was one: where not, that is no turn of the chat. */
async function answer() {
  const item = bubble("theirs", "");
  item.classList.add("waiting");
  let text = "";
  try {
    for await (const piece of pieces()) {
      text += piece;
      item.textContent = text;
      item.scrollIntoView({ block: "nearest" });
    }
    messages.push({ role: "assistant", content: text });
    return true;
  } catch (error) {
    item.remove();
    const away = error instanceof TypeError; // what fetch throws, in each browser's own words
    say("chat-trouble", `No answer: ${away ? "the server is away" : error.message}. Send it again.`);
    return false;
  } finally {
    item.classList.remove("waiting");
  }
}

async function send() {
  const content = $("message").value.trim();
  if (!content || $("send").disabled) return;
  $("message").value = "";
  say("chat-trouble", "");
  const turns = messages.map((message) => message.content);
  messages.push({ role: "user", content });
  const mine = bubble("mine", content);
  $("send").disabled = true;
  if (await answer()) {
    learn(content, turns);
  } else {
    messages.pop(); // it was not said: it goes back to the field, before what was written since
    mine.remove();
    $("message").value = [content, $("message").value].filter(Boolean).join(" ");
  }
  $("send").disabled = false;
}

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  $("message").focus(); // the button had taken it
  void send();
});
$("message").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  void send();
});

/* Begin. */

showTheme();
if (window.Inkling) {
  apply();
  messages.push({ role: "assistant", content: "Hello! How are you?" });
  bubble("theirs", messages[0].content);
} else {
  say("trouble", "Suggestions are off: /widget.js did not load.");
}
