// Bundles src/ into the files that the server ships; the same input gives the same bytes.
// widget.js is for a script tag, widget.mjs for `import`, widget.d.ts says what both offer.
// offline.mjs and what it starts are loaded only where a page asks for the offline mode.
import { createHash } from "node:crypto";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = process.argv[2] ?? here("../chatbot/static");

// A stylesheet is imported as text, because it goes into a shadow root, not into the page.
const stylesheet = {
  name: "stylesheet",
  setup(bundler) {
    bundler.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const { code } = await transform(source, { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const common = {
  absWorkingDir: here("."),
  bundle: true,
  minify: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  plugins: [stylesheet],
};

await build({
  ...common,
  entryPoints: [here("src/index.ts")],
  outfile: `${folder}/widget.js`,
  format: "iife",
  // Only a module has one.
  define: { "import.meta.url": '""' },
});
await build({
  ...common,
  entryPoints: [here("src/module.ts")],
  outfile: `${folder}/widget.mjs`,
  format: "esm",
});
await copyFile(here("src/api.ts"), `${folder}/widget.d.ts`);

const worker = `${folder}/offline.worker.mjs`;
await build({
  ...common,
  entryPoints: [here("src/offline/worker.ts")],
  outfile: worker,
  format: "esm",
  legalComments: "eof",
});
// Its address changes with what it holds, so that a browser may keep it and never has an old one.
const version = createHash("sha256").update(await readFile(worker)).digest("hex").slice(0, 12);
await build({
  ...common,
  entryPoints: [here("src/offline/index.ts")],
  outfile: `${folder}/offline.mjs`,
  format: "esm",
  define: { WORKER: JSON.stringify(`offline.worker.mjs?${version}`) },
});
const runtime = here("node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm");
await writeFile(`${folder}/onnxruntime.wasm.gz`, gzipSync(await readFile(runtime), { level: 9 }));
