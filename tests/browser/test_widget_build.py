"""The committed build: small, current, and with types that say what it offers."""

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "widget"
STATIC = ROOT / "chatbot" / "static"
BUILT = ("widget.js", "widget.mjs", "widget.d.ts", "offline.mjs", "offline.worker.mjs")
NODE = shutil.which("node")


def needs(package: str) -> pytest.MarkDecorator:
    """Skip without node or `package`, and say how to get it."""
    there = NODE and (SOURCE / "node_modules" / package).is_dir()
    return pytest.mark.skipif(not there, reason=f"needs node and {package}: `npm ci` in widget/")


def test_size() -> None:
    assert len(gzip.compress((STATIC / "widget.js").read_bytes(), 9)) <= 8 * 1024


@needs("onnxruntime-web")
@needs("esbuild")
def test_committed_build_is_current(tmp_path: Path) -> None:
    subprocess.run([NODE, SOURCE / "build.mjs", tmp_path], check=True, timeout=120)
    for name in BUILT:
        built, committed = (folder / name for folder in (tmp_path, STATIC))
        assert built.read_bytes() == committed.read_bytes(), "run `npm run build` in widget/"
    # Packed, the same bytes may differ from one zlib to another.
    name = "onnxruntime.wasm.gz"
    runtimes = [gzip.decompress((folder / name).read_bytes()) for folder in (tmp_path, STATIC)]
    assert runtimes[0] == runtimes[1], "run `npm run build` in widget/"


@needs("typescript")
def test_types_suffice_for_a_page_in_typescript(tmp_path: Path) -> None:
    (tmp_path / "widget.d.ts").write_bytes((STATIC / "widget.d.ts").read_bytes())
    page = tmp_path / "page.ts"
    page.write_text(
        """import { attach, observe, type Options } from "./widget.js";
const options: Partial<Options> = { n: 5, keys: { accept: ["Enter"] }, direction: "rtl" };
attach(document.body, options).detach();
observe("#write");
document.body.addEventListener("inkling:accepted", ({ detail }) => detail.saved.toFixed());
// @ts-expect-error: there is no such option
attach(document.body, { colour: "red" });
"""
    )
    compiler = SOURCE / "node_modules" / "typescript" / "bin" / "tsc"
    command = [NODE, compiler, "--noEmit", "--strict", "--module", "esnext", page]
    subprocess.run(command, check=True, timeout=120)


@needs("vitest")
def test_pure_parts() -> None:
    """The unit tests of widget/test, which need no browser."""
    runner = SOURCE / "node_modules" / "vitest" / "vitest.mjs"
    done = subprocess.run(
        [NODE, runner, "run"], cwd=SOURCE, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
