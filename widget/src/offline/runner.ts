// Steps the checkpoint's own graph in WebAssembly: one thread, so that a page needs no isolation.
import * as ort from "onnxruntime-web/wasm";

/** The network after some ids. */
export interface Ahead {
  /** The probability of each id that may come next. */
  readonly chances: Float32Array;
  readonly state: Float32Array;
}

export class Runner {
  readonly #session: ort.InferenceSession;
  readonly #size: number;

  private constructor(session: ort.InferenceSession) {
    this.#session = session;
    const state = session.inputMetadata[session.inputNames.indexOf("state")];
    if (!state?.isTensor) throw new Error("the model has no input `state`");
    this.#size = Number(state.shape[1]);
  }

  static async open(model: ArrayBuffer, runtime: ArrayBuffer): Promise<Runner> {
    ort.env.wasm.wasmBinary = runtime;
    ort.env.wasm.numThreads = 1;
    const options = { executionProviders: ["wasm"], logSeverityLevel: 3 } as const;
    return new Runner(await ort.InferenceSession.create(new Uint8Array(model), options));
  }

  /** The state before any text. */
  start(): Float32Array {
    return new Float32Array(this.#size);
  }

  /** Read one id a lane. */
  async step(ids: readonly number[], states: readonly Float32Array[]): Promise<Ahead[]> {
    const { logits, next_state } = await this.#run(ids, states);
    const cut = (all: Float32Array, lane: number): Float32Array =>
      all.slice((lane * all.length) / ids.length, ((lane + 1) * all.length) / ids.length);
    return ids.map((_, lane) => ({
      chances: softmax(cut(logits, lane)),
      state: cut(next_state, lane),
    }));
  }

  /** Read one id without asking what follows. */
  async advance(id: number, state: Float32Array): Promise<Float32Array> {
    return (await this.#run([id], [state])).next_state;
  }

  async #run(
    ids: readonly number[],
    states: readonly Float32Array[],
  ): Promise<Record<"logits" | "next_state", Float32Array>> {
    const lanes = ids.length;
    const state = new Float32Array(lanes * this.#size);
    states.forEach((row, lane) => state.set(row, lane * this.#size));
    const found = await this.#session.run({
      ids: new ort.Tensor("int64", BigInt64Array.from(ids, BigInt), [lanes]),
      state: new ort.Tensor("float32", state, [lanes, this.#size]),
      // The graph can leave rows out, but not all of them: the runtime's wasm build fails then.
      wanted: new ort.Tensor("int64", BigInt64Array.from(ids.keys(), BigInt), [lanes]),
    });
    const data = (name: string): Float32Array => found[name]!.data as Float32Array;
    return { logits: data("logits"), next_state: data("next_state") };
  }
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
