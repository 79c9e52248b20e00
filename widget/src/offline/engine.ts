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

  /** Start one with the files of the server this came from; fails where that or a policy does. */
  static open(): Promise<Engine> {
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
    });
  }

  /** Answer with edits of the whole text; null when another question came before this was done. */
  suggest(question: Question): Promise<Answer | null> {
    const id = this.#asked++;
    if (this.#isBroken) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker.postMessage({ id, ...question } satisfies Asked);
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
}

/** Start a worker. One of another origin may only be imported, by a worker of this one. */
function start(script: URL): Worker {
  const isOurs = script.origin === location.origin;
  // Not `import "..."`: of a worker, that is no script to a policy, but a worker from elsewhere.
  const failed = "(error) => postMessage({ failure: String(error) })";
  const code = `import(${JSON.stringify(script.href)}).catch(${failed})`;
  const lines = new Blob([code], { type: "text/javascript" });
  return new Worker(isOurs ? script : URL.createObjectURL(lines), { type: "module" });
}
