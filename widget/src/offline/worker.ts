// The entry of offline.worker.mjs: the engine in a thread of its own, so that it never holds up a key.
import type { Answer } from "../client";
import type { Asked, Question, Told } from "./question";
import { Runner } from "./runner";
import { Superseded } from "./search";
import { fetchKept, tagOf } from "./store";
import { Suggester } from "./suggester";
import { FORMAT, type Sent, Vocabulary } from "./vocabulary";

let engine: Suggester | null = null;
/** The newest question that nobody works on yet. */
let next: Asked | null = null;
let working = false;

const tell = (told: Told): void => postMessage(told);
const turnstile = new MessageChannel();

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  if (next) tell({ id: next.id, answer: null });
  next = data;
  if (!working) void work();
});

load().then(
  () => tell({ failure: null }),
  (error: unknown) => tell({ failure: String(error) }),
);

async function load(): Promise<void> {
  const get = (path: string): Promise<Response> => fetchKept(new URL(path, import.meta.url).href);
  const [runtime, model, vocabulary] = await Promise.all([
    get("onnxruntime.wasm"),
    get(`v1/offline/model.onnx?format=${FORMAT}`),
    get(`v1/offline/tokenizer.json?format=${FORMAT}`),
  ]);
  const sent = (await vocabulary.json()) as Sent;
  if (tagOf(model) !== sent.model) throw new Error("model and tokenizer are of two checkpoints");
  const read = new Vocabulary(sent);
  const graphs = await Promise.all([model.arrayBuffer(), runtime.arrayBuffer()]);
  const runner = await Runner.open(...graphs, read.goesOn);
  engine = new Suggester(runner, read);
}

async function work(): Promise<void> {
  working = true;
  while (next && engine) {
    const { id, ...question } = next;
    next = null;
    tell({ id, answer: await answerTo(engine, question) });
  }
  working = false;
}

async function answerTo(suggester: Suggester, question: Question): Promise<Answer | null> {
  try {
    return await suggester.suggest(question, goOn);
  } catch (error) {
    // One text that it fails on must not be the last that it answers.
    if (!(error instanceof Superseded)) console.error("Inkling, offline:", error);
    return null;
  }
}

/** Let messages in, and stop when one of them is a newer question. */
async function goOn(): Promise<void> {
  await new Promise((resolve) => {
    turnstile.port1.onmessage = resolve;
    turnstile.port2.postMessage(0);
  });
  if (next) throw new Superseded();
}
