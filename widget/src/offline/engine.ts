// The engine as the page sees it: a worker that answers questions.
import type { Answer } from "../client";
import type { Asked, Question, Told } from "./question";

/** The name of the worker's script, told by the build. */
declare const WORKER: string;

export class Engine {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (answer: Answer | null) => void>();
  #asked = 0;
  #isBroken = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Start one with the files of the server at `endpoint`; fails where that or the page's policy does. */
  static open(endpoint: string): Promise<Engine> {
    const worker = start(new URL(WORKER, import.meta.url));
    const engine = new Engine(worker);
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => {
        engine.#break();
        reject(new Error(`Inkling, offline: ${reason}`));
      };
      worker.onerror = ({ message }) => fail(message ?? "the worker did not start");
      worker.onmessage = ({ data }: MessageEvent<Told>) => {
        if ("answer" in data) engine.#hear(data.id, data.answer);
        else if (data.failure === null) resolve(engine);
        else fail(data.failure);
      };
      engine.#tell({ endpoint });
    });
  }

  /** Answer with edits of the whole text; null when another question came before this was done. */
  suggest(question: Question): Promise<Answer | null> {
    const id = this.#asked++;
    if (this.#isBroken) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#tell({ id, ...question });
    });
  }

  #hear(id: number, answer: Answer | null): void {
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }

  #break(): void {
    this.#isBroken = true;
    this.#worker.terminate();
    for (const id of this.#waiting.keys()) this.#hear(id, null);
  }

  #tell(asked: Asked): void {
    this.#worker.postMessage(asked);
  }
}

/** Start a worker. One of another origin may only be imported, by a worker of this one. */
function start(script: URL): Worker {
  const isOurs = script.origin === location.origin;
  const lines = new Blob([`import ${JSON.stringify(script.href)};`], { type: "text/javascript" });
  return new Worker(isOurs ? script : URL.createObjectURL(lines), { type: "module" });
}
