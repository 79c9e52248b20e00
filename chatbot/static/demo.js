// The demo page: joins its fields to the widget, and shows what that saves. Uses only what any page
// can use: Inkling.attach, its events, and the server's public routes.
"use strict";

const $ = (id) => document.getElementById(id);
const messages = []; // {role, content}, oldest first
const usual = { n: 3, words: 4, threshold: 0.3 };

/* What is saved, over all fields. */

let saved = 0;
let typed = 0;

function count() {
  $("saved").textContent = saved;
  $("share").textContent = `${Math.round((100 * saved) / Math.max(1, saved + typed))} %`;
}

document.addEventListener("input", ({ target, inputType }) => {
  if (!target.closest(".field") || !/^insert/.test(inputType)) return;
  typed += 1; // accepting, too, costs a key
  count();
});
document.addEventListener("inkling:accepted", ({ detail }) => {
  saved += detail.saved;
  count();
});
document.addEventListener("inkling:shown", ({ detail }) => {
  $("latency").textContent = `${Math.max(1, Math.round(detail.latency))} ms`;
});

/* Options: applied to the fields at once, and written into the code to copy. */

function chosen() {
  const form = new FormData($("options"));
  return Object.fromEntries([...form].map(([name, value]) => [name, Number(value)]));
}

function unusual(options) {
  return Object.entries(options).filter(([name, value]) => value !== usual[name]);
}

function apply() {
  for (const input of $("options").querySelectorAll("input")) {
    input.labels[0].querySelector("output").textContent = input.value;
  }
  const options = chosen();
  for (const id of ["text", "line", "rich"]) Inkling.attach($(id), options);
  const turns = () => messages.map(({ content }) => content);
  Inkling.attach($("message"), { ...options, turns });
  writeCode(options);
}

const code = {
  html(options) {
    const attributes = unusual(options).map(([name, value]) => ` data-inkling-${name}="${value}"`);
    const rtl = document.dir === "rtl" ? ' dir="rtl"' : "";
    return (
      `<script src="${location.origin}/widget.js"></script>\n` +
      `<textarea data-inkling${attributes.join("")}${rtl}></textarea>`
    );
  },
  module(options) {
    const pairs = unusual(options).map(([name, value]) => `, ${name}: ${value}`);
    const rtl = document.dir === "rtl" ? ', direction: "rtl"' : "";
    return (
      `import { attach } from "${location.origin}/widget.mjs";\n\n` +
      `attach(document.querySelector("textarea"), {\n` +
      `  endpoint: "${location.origin}"${pairs.join("")}${rtl}\n});`
    );
  },
};
let form = "html";

function writeCode(options) {
  $("code").textContent = code[form](options);
  $("copied").textContent = "";
}

$("options").addEventListener("input", apply);
for (const button of document.querySelectorAll("[data-form]")) {
  button.addEventListener("click", () => {
    form = button.dataset.form;
    for (const each of document.querySelectorAll("[data-form]")) {
      each.ariaPressed = String(each === button);
    }
    writeCode(chosen());
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

$("direction").addEventListener("click", () => {
  document.dir = document.dir === "rtl" ? "ltr" : "rtl";
  $("direction").ariaPressed = String(document.dir === "rtl");
  writeCode(chosen());
});

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
  } catch (error) {
    item.textContent = `No answer: ${error.message}`;
  }
  item.classList.remove("waiting");
}

async function send() {
  const content = $("message").value.trim();
  if (!content || $("send").disabled) return;
  $("message").value = "";
  messages.push({ role: "user", content });
  bubble("mine", content);
  $("send").disabled = true;
  await answer();
  $("send").disabled = false;
}

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
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
  $("trouble").textContent = "Suggestions are off: /widget.js did not load.";
  $("trouble").hidden = false;
}
