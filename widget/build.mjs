// Bundles src/ into the one file that the server ships; the same input gives the same bytes.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const outfile = process.argv[2] ?? here("../chatbot/static/widget.js");

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

await build({
  entryPoints: [here("src/index.ts")],
  absWorkingDir: here("."),
  outfile,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2021",
  charset: "utf8",
  legalComments: "none",
  plugins: [stylesheet],
});
