// Fetches the engine's files and keeps them, so that the next page needs no server.

const NAME = "inkling-offline";
/** Milliseconds after which a server that hangs is one that is away. */
const PATIENCE = 5000;

/** Get `url` from the server if it has another version than is kept, else what is kept. */
export async function fetchKept(url: string): Promise<Response> {
  // A page without https has no such store: it is offline until it is reloaded.
  const store = await self.caches?.open(NAME).catch(() => null);
  const kept = await store?.match(url);
  try {
    // Not through the browser's own cache as well: ten megabytes need not be stored twice.
    const options = { cache: "no-store" } as const;
    if (kept) {
      const signal = AbortSignal.timeout(PATIENCE);
      const head = await fetch(url, { ...options, method: "HEAD", signal });
      if (head.ok && tagOf(head) === tagOf(kept)) return kept;
    }
    const fresh = await fetch(url, options);
    if (!fresh.ok) throw new Error(`${url}: status ${fresh.status}`);
    // A full disk is no reason to do without, nor to lose what is kept.
    await store?.put(url, fresh.clone()).then(() => forgetOthers(store, url)).catch(() => {});
    return fresh;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** Delete the same file in other formats. */
async function forgetOthers(store: Cache, url: string): Promise<void> {
  for (const request of await store.keys(url, { ignoreSearch: true })) {
    if (request.url !== url) await store.delete(request);
  }
}

/** The entity tag: which version of its file a response holds. */
export function tagOf({ headers }: Response): string {
  return (headers.get("ETag") ?? "").replace(/^W\//, "");
}
