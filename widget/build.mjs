// Bundles src/ into the files that the server ships; the same input gives the same bytes.
// widget.js is for a script tag, widget.mjs for `import`, widget.d.ts says what both offer.
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { minify } from "terser";
import { buildOffline } from "./build.offline.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = process.argv[2] ?? here("../chatbot/static");

// A stylesheet is imported as text, because it goes into a shadow root, not into the page.
const stylesheet = {
  name: "stylesheet",
  setup(bundler) {
    bundler.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const { code } = await transform(source, { loader: "css", minify: true });
      // It leaves the space before what var() falls back to.
      return { contents: code.trim().replaceAll(", ", ","), loader: "text" };
    });
  },
};

// Names that no page and no other file sees may be shortened.
const inner =
  "absorb before caret check deselect element ghost hide include locate mount moved node partial places " +
  "raise refuse remember row rtl say show singleLine spoken";

const common = {
  absWorkingDir: here("."),
  bundle: true,
  minify: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  mangleProps: new RegExp(`^(${inner.replaceAll(" ", "|")})$`),
  plugins: [stylesheet],
  write: false,
};

/** Bundle, then shorten further: terser saves what a page is sent another 250 bytes. */
async function shorten(options) {
  const { outputFiles } = await build({ ...common, ...options });
  const compress = { ecma: 2022, passes: 3, pure_getters: true, unsafe_arrows: true, unsafe: true };
  for (const { path, text } of outputFiles) {
    const { code } = await minify(text, { ecma: 2022, compress, toplevel: true, module: true });
    await writeFile(path, code);
  }
}

await shorten({
  entryPoints: [here("src/index.ts")],
  outfile: `${folder}/widget.js`,
  format: "iife",
  // Only a module has one.
  define: { "import.meta.url": '""' },
});
await shorten({
  entryPoints: [here("src/module.ts")],
  outfile: `${folder}/widget.mjs`,
  format: "esm",
});
await copyFile(here("src/api.ts"), `${folder}/widget.d.ts`);
await buildOffline(folder);
