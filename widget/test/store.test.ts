import { afterEach, describe, expect, it, vi } from "vitest";
import { Engine } from "../src/offline/engine";
import { open } from "../src/offline/index";
import { fetchKept } from "../src/offline/store";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Keep one file under two addresses; gives what is deleted of them. */
function keep(kept: Response, put = async (): Promise<void> => {}): unknown[] {
  const deleted: unknown[] = [];
  const keys = async () => [{ url: "/model" }, { url: "/model?format=2" }];
  const forget = async ({ url }: Request) => deleted.push(url);
  const store = { match: async () => kept, put, keys, delete: forget };
  vi.stubGlobal("self", { caches: { open: async () => store } });
  return deleted;
}

describe("a file that is kept", () => {
  const kept = new Response("", { headers: { ETag: '"one"' } });
  it("is used where the server hangs", async () => {
    keep(kept);
    vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort());
    vi.stubGlobal("fetch", (_: string, { signal }: RequestInit) => {
      return new Promise((_, reject) => signal?.aborted && reject(signal.reason));
    });
    expect(await fetchKept("/model")).toBe(kept);
  });
  it("is used where the server has the same, and is got anew where it has another", async () => {
    const deleted = keep(kept);
    let tag = 'W/"one"';
    vi.stubGlobal("fetch", async () => new Response("", { headers: { ETag: tag } }));
    expect(await fetchKept("/model")).toBe(kept);
    tag = '"two"';
    expect((await fetchKept("/model?format=2")).headers.get("ETag")).toBe(tag);
    expect(deleted).toEqual(["/model"]);
  });
  it("stays where the disk is too full for a new one", async () => {
    const deleted = keep(kept, () => Promise.reject(new Error("quota")));
    vi.stubGlobal("fetch", async () => new Response("", { headers: { ETag: '"two"' } }));
    expect((await fetchKept("/model?format=2")).headers.get("ETag")).toBe('"two"');
    expect(deleted).toEqual([]);
  });
  it("is used where the server has gone on to another format", async () => {
    const deleted = keep(kept);
    vi.stubGlobal("fetch", async () => new Response("", { status: 410 }));
    expect(await fetchKept("/model")).toBe(kept);
    expect(deleted).toEqual([]);
  });
});

describe("the engine", () => {
  it("is opened again after it failed, and once when it did not", async () => {
    const engine = {} as Engine;
    const start = vi.spyOn(Engine, "open").mockRejectedValueOnce(new Error("no server"));
    start.mockResolvedValueOnce(engine);
    await expect(open()).rejects.toThrow("no server");
    expect(await open()).toBe(engine);
    expect(await open()).toBe(engine);
    expect(start).toHaveBeenCalledTimes(2);
  });
});
