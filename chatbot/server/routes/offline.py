"""What the widget's offline mode is made of: scripts, the runtime, the checkpoint's own files.

    /offline.mjs              what the widget imports when a page asks for the mode
    /offline.worker.mjs       the engine, in a thread of its own
    /onnxruntime.wasm         what runs the graph
    /v1/offline/model.onnx?format=2    the graph of the checkpoint that is served
    /v1/offline/tokenizer.json?format=2

A page asks for the last three by HEAD, and again only when their tag is another. A script that a
browser kept from before an upgrade asks for another format, or none: refused, it goes on with the
files that it kept as well.
"""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from chatbot.lexicon import Lexicon
from chatbot.offensive import Kind
from chatbot.server.errors import ApiError
from chatbot.server.services import Serving
from chatbot.server.static_file import packed_or_not, read_tagged, static_file, tagged
from chatbot.server.vocabulary import FORMAT, vocabulary
from chatbot.words import WordSigns
from tokenizer import Tokenizer

router = APIRouter()

ANYWHERE = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    # or a script of another page can't tell whether it has this version
    "Access-Control-Expose-Headers": "ETag",
}
# Seconds: a page that is loaded again within a week finds them without us. One that finds us gets
# what it has, and what we have now the next time: an upgrade is in use after one more load.
KEPT = {"Cache-Control": "max-age=600, stale-while-revalidate=604200"}


@router.api_route("/offline.mjs", methods=["GET", "HEAD"], include_in_schema=False)
@router.api_route("/offline.worker.mjs", methods=["GET", "HEAD"], include_in_schema=False)
def script(request: Request) -> Response:
    """Send a script. The name of the second changes with what it holds."""
    return static_file(request, request.url.path.rpartition("/")[2], ANYWHERE | KEPT)


@router.api_route("/onnxruntime.wasm", methods=["GET", "HEAD"], include_in_schema=False)
def runtime(request: Request) -> Response:
    """Send ONNX Runtime, built for browsers."""
    return static_file(request, "onnxruntime.wasm", ANYWHERE)


@router.head("/v1/offline/model.onnx", include_in_schema=False)
@router.get("/v1/offline/model.onnx")
def model(request: Request, services: Serving, format: int = 1) -> Response:
    """Send the step function of the checkpoint."""
    _check(format)
    graph, tag = _graph(services.host.get().checkpoint.step_function)
    return tagged(request, graph, tag, "application/octet-stream", ANYWHERE)


@router.head("/v1/offline/tokenizer.json", include_in_schema=False)
@router.get("/v1/offline/tokenizer.json")
def tokenizer(request: Request, services: Serving, format: int = 1) -> Response:
    """Send the pieces, and the words that are not offered; "model" is the tag of their graph."""
    _check(format)
    loaded = services.host.get()
    checkpoint, kinds = loaded.checkpoint, loaded.offensive.kinds
    _, model_tag = _graph(checkpoint.step_function)
    content, tag, encoding = packed_or_not(
        request,
        *_packed(checkpoint.tokenizer, checkpoint.signs, model_tag, checkpoint.lexicon, kinds),
    )
    headers = ANYWHERE | {"Vary": "Accept-Encoding"} | encoding
    return tagged(request, content, tag, "application/json", headers)


@lru_cache(maxsize=1)
def _graph(path: Path) -> tuple[bytes, str]:
    """Read the graph once: a folder that is replaced has another tokenizer than the one loaded."""
    return read_tagged(path)


def _check(format: int) -> None:
    if format != FORMAT:
        message = f"format: offline files are of format {FORMAT}, got {format}"
        raise ApiError(410, message, "format_gone")


@lru_cache(maxsize=2)
def _packed(
    tokenizer: Tokenizer,
    signs: WordSigns,
    model: str,
    lexicon: Lexicon | None,
    kinds: tuple[Kind, ...],
) -> tuple[bytes, str]:
    content = gzip.compress(vocabulary(tokenizer, signs, model, lexicon, kinds), mtime=0)
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
