"""The tokenizer of the offline mode gives the ids of ours: its TypeScript, run by node."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from chatbot import open_checkpoint
from chatbot.server.vocabulary import vocabulary
from chatbot.words import WordSigns
from tokenizer import Tokenizer, TokenizerConfig, train

SOURCE = Path(__file__).parents[2] / "widget"
NODE = shutil.which("node")
ENTRY = """
import { readFileSync } from "node:fs";
import { Tokenizer } from "./src/offline/tokenizer";
import { Vocabulary } from "./src/offline/vocabulary";

const { sent, texts, dialogues } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const tokenizer = new Tokenizer(new Vocabulary(sent));
console.log(JSON.stringify({
  encoded: texts.map((text) => tokenizer.encode(text)),
  midLine: texts.map((text) => tokenizer.encode(text, true)),
  rendered: dialogues.map((turns) => tokenizer.render(turns)),
}));
"""
SIGNS = "aeinotshr THE.,;!?'\"-()0123456789\n\t ▁_’“”é ßñ你好です🍕👩‍👩‍👧\u0301\ufffd\x00\xa0"
TEXTS = [
    "",
    " ",
    "\n",
    "\n\n  a",
    "Hello, how are you?",
    "I don't think so.\nDo you?",
    "unbelievableness antidisestablishmentarianism",
    "a ▁ b▁c",
    "1234567890 3.14",
    "  two  spaces  ",
    "WHY ARE YOU SHOUTING",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
]

pytestmark = pytest.mark.skipif(
    not NODE or not (SOURCE / "node_modules" / "esbuild").is_dir(),
    reason="needs node and esbuild: `npm ci` in widget/",
)


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("built") / "encode.mjs"
    esbuild = SOURCE / "node_modules" / ".bin" / "esbuild"
    options = ["--bundle", "--platform=node", "--format=esm", "--loader=ts"]
    subprocess.run(
        [str(esbuild), *options, f"--outfile={built}"],
        cwd=SOURCE,
        input=ENTRY,
        text=True,
        check=True,
        capture_output=True,
        timeout=120,
    )
    return built


def random_texts(count: int) -> list[str]:
    chance = random.Random(4)
    return ["".join(chance.choices(SIGNS, k=chance.randrange(60))) for _ in range(count)]


def check(tokenizer: Tokenizer, script: Path, folder: Path) -> None:
    texts = TEXTS + random_texts(300)
    dialogues = [[], [""], ["Hi!", "Hello."], texts[-3:]]
    given = folder / "given.json"
    sent = json.loads(vocabulary(tokenizer, WordSigns(tokenizer.pieces), "model"))
    given.write_text(json.dumps({"sent": sent, "texts": texts, "dialogues": dialogues}))
    assert NODE
    done = subprocess.run(
        [NODE, str(script), str(given)], check=True, capture_output=True, timeout=120
    )
    found = json.loads(done.stdout)
    for text, encoded, mid_line in zip(texts, found["encoded"], found["midLine"], strict=True):
        assert encoded == tokenizer.encode(text), text
        assert mid_line == tokenizer.encode(text, mid_line=True), text
    assert found["rendered"] == [tokenizer.render(turns, complete=False) for turns in dialogues]


def test_of_the_bundled_checkpoint(script: Path, tmp_path: Path) -> None:
    check(open_checkpoint().tokenizer, script, tmp_path)


@pytest.mark.parametrize("kind", ["unigram", "char"])
def test_of_one_that_knows_few_pieces(script: Path, tmp_path: Path, kind: str) -> None:
    texts = ["Hello there, how are you?", "I like tea. I don't like rain!", "théâtre 12 你"]
    config = TokenizerConfig(kind=kind, vocab_size=330)  # type: ignore[arg-type]
    check(train(texts * 20, config), script, tmp_path)
