// Fails when the build outgrows what a page should have to download for a text field.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const limit = 8 * 1024;
const built = readFileSync(new URL("../chatbot/static/widget.js", import.meta.url));
const size = gzipSync(built, { level: 9 }).length;
console.log(`widget.js: ${built.length} bytes, ${size} gzipped, limit ${limit}`);
if (size > limit) process.exit(1);
