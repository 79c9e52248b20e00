// Bundles src/offline/ into what is loaded only where a page asks for the offline mode: offline.mjs,
// which the widget imports, the worker that it starts, and ONNX Runtime for it, packed.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const common = {
  absWorkingDir: here("."),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "eof",
  loader: { ".txt": "text" },
};

export async function buildOffline(folder) {
  const worker = `${folder}/offline.worker.mjs`;
  await build({ ...common, entryPoints: [here("src/offline/worker.ts")], outfile: worker });
  // Its address changes with what it holds, so that a browser may keep it and never has an old one.
  const version = createHash("sha256").update(await readFile(worker)).digest("hex").slice(0, 12);
  await build({
    ...common,
    entryPoints: [here("src/offline/index.ts")],
    outfile: `${folder}/offline.mjs`,
    define: { WORKER: JSON.stringify(`offline.worker.mjs?${version}`) },
  });
  const runtime = here("node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm");
  const packed = gzipSync(await readFile(runtime), { level: 9 });
  await writeFile(`${folder}/onnxruntime.wasm.gz`, packed);
}
