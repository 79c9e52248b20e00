// Steps the checkpoint's own graph in WebAssembly: one thread, so that a page needs no isolation.
import * as ort from "onnxruntime-web/wasm";

/** The network after some ids (chatbot/ahead.py). */
export interface Ahead {
  readonly state: Float32Array;
  /** Before the last id. */
  readonly before: Float32Array;
  readonly last: number;
  /** The probability that the word ends here. */
  readonly ends: number;
  /** The probability of each id that goes on with the word. */
  readonly inside: Float32Array;
  /** The probability of each id that may come next; null until somebody asks. */
  readonly chances: Float32Array | null;
}

/** An `Ahead` of which everything is known. */
export interface Known extends Ahead {
  readonly chances: Float32Array;
}

type Output = "logits" | "next_state" | "ends" | "inside";

export class Runner {
  readonly #session: ort.InferenceSession;
  readonly #goesOn: Int32Array;
  readonly #size: number;
  /** Whether the network has a head for the ends of words. */
  readonly #looks: boolean;
  /** What was asked for after a look. */
  readonly #asked = new WeakMap<Ahead, Float32Array>();

  private constructor(session: ort.InferenceSession, goesOn: Int32Array) {
    this.#session = session;
    this.#goesOn = goesOn;
    this.#looks = session.outputNames.includes("ends");
    const state = session.inputMetadata[session.inputNames.indexOf("state")];
    if (!state?.isTensor) throw new Error("the model has no input `state`");
    this.#size = Number(state.shape[1]);
  }

  /** `goesOn` are the ids that go on with a word. */
  static async open(model: ArrayBuffer, runtime: ArrayBuffer, goesOn: Int32Array): Promise<Runner> {
    ort.env.wasm.wasmBinary = runtime;
    ort.env.wasm.numThreads = 1;
    const options = { executionProviders: ["wasm"], logSeverityLevel: 3 } as const;
    return new Runner(await ort.InferenceSession.create(new Uint8Array(model), options), goesOn);
  }

  /** The state before any text. */
  start(): Float32Array {
    return new Float32Array(this.#size);
  }

  /** Read one id a lane. */
  async step(ids: readonly number[], befores: readonly Float32Array[]): Promise<Known[]> {
    const { logits, next_state } = await this.#run(ids, befores, ids.length, 0);
    return ids.map((last, lane) => {
      const chances = softmax(row(logits, lane, ids.length));
      const inside = Float32Array.from(this.#goesOn, (id) => chances[id]!);
      const ends = 1 - inside.reduce((sum, chance) => sum + chance, 0);
      const state = row(next_state, lane, ids.length);
      return { state, before: befores[lane]!, last, ends, inside, chances };
    });
  }

  /** Read one id a lane, and ask only whether its word ends and how it goes on: much less work. */
  async look(ids: readonly number[], befores: readonly Float32Array[]): Promise<Ahead[]> {
    if (!this.#looks) return this.step(ids, befores);
    const { ends, inside, next_state } = await this.#run(ids, befores, 0, ids.length);
    return ids.map((last, lane) => ({
      state: row(next_state, lane, ids.length),
      before: befores[lane]!,
      last,
      ends: ends[lane]!,
      inside: row(inside, lane, ids.length),
      chances: null,
    }));
  }

  /** The probability of each id that may come next, in one batch where it is not known yet. */
  async chances(aheads: readonly Ahead[]): Promise<Float32Array[]> {
    const known = (ahead: Ahead): Float32Array | undefined => ahead.chances ?? this.#asked.get(ahead);
    const fresh = aheads.filter((ahead) => !known(ahead));
    const [last, before] = [fresh.map(({ last }) => last), fresh.map(({ before }) => before)];
    const stepped = fresh.length ? await this.step(last, before) : [];
    // The next key asks again.
    fresh.forEach((ahead, i) => this.#asked.set(ahead, stepped[i]!.chances));
    return aheads.map((ahead) => known(ahead)!);
  }

  /** Read one id without asking what follows. */
  async advance(id: number, state: Float32Array): Promise<Float32Array> {
    return (await this.#run([id], [state], 0, 0)).next_state;
  }

  async #run(
    ids: readonly number[],
    states: readonly Float32Array[],
    wanted: number,
    looked: number,
  ): Promise<Record<Output, Float32Array>> {
    const lanes = ids.length;
    const state = new Float32Array(lanes * this.#size);
    states.forEach((each, lane) => state.set(each, lane * this.#size));
    const feeds: Record<string, ort.Tensor> = {
      ids: new ort.Tensor("int64", BigInt64Array.from(ids, BigInt), [lanes]),
      state: new ort.Tensor("float32", state, [lanes, this.#size]),
      // A graph without the head may leave rows out, but not all of them: it fails in wasm then.
      wanted: counted(this.#looks ? wanted : lanes),
    };
    if (this.#looks) feeds["looked"] = counted(looked);
    const found = await this.#session.run(feeds);
    const data = (name: Output): Float32Array => found[name]?.data as Float32Array;
    return {
      logits: data("logits"),
      next_state: data("next_state"),
      ends: data("ends"),
      inside: data("inside"),
    };
  }
}

/** The numbers from 0 on, `count` of them. */
function counted(count: number): ort.Tensor {
  return new ort.Tensor("int64", BigInt64Array.from(Array(count).keys(), BigInt), [count]);
}

function row(all: Float32Array, lane: number, lanes: number): Float32Array {
  return all.slice((lane * all.length) / lanes, ((lane + 1) * all.length) / lanes);
}

/** Turn scores into probabilities, in place. */
function softmax(scores: Float32Array): Float32Array {
  let most = -Infinity;
  for (const score of scores) if (score > most) most = score;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i] = Math.exp(scores[i]! - most);
  for (let i = 0; i < scores.length; i++) scores[i]! /= sum;
  return scores;
}
