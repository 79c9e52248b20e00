"""GET /health: how far the model is, for people, probes and the page."""

import time
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from chatbot.server.services import Services, Serving

router = APIRouter()


@router.get("/health")
async def health(services: Serving) -> JSONResponse:
    """Say loading, ready or failed; 200 when ready, else 503."""
    ready = services.host.status == "ready"
    headers = {"Cache-Control": "no-store"} | ({} if ready else {"Retry-After": "2"})
    return JSONResponse(_report(services), 200 if ready else 503, headers)


def _report(services: Services) -> dict[str, Any]:
    model = services.host.peek()
    report = {
        "status": services.host.status,
        "model": model.name if model else None,
        "version": _version(),
        "uptime_s": round(time.monotonic() - services.begun, 3),
    }
    if services.host.failure is not None:
        report["reason"] = services.host.failure
    return report


@cache  # reads the package's files
def _version() -> str:
    try:
        return version("inkling-lm")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "unknown"
