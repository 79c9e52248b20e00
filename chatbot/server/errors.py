"""What goes wrong, as {"error": {"message", "type", "code"}} with its HTTP status."""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chatbot.errors import BusyError, InklingError, StoreError

log = logging.getLogger(__name__)

SHOWN = 60  # characters of a wrong value that an error repeats
NOT_AN_OBJECT = {"missing", "model_attributes_type", "model_type", "dict_type"}
CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


class ApiError(Exception):
    """An answer other than 200: the status, a message for people and a code for programs."""

    def __init__(
        self, status: int, message: str, code: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.retry_after = retry_after  # seconds

    @property
    def type(self) -> str:
        """Return OpenAI's name for the family of the status."""
        if self.status == 429:
            return "rate_limit_error"
        return "invalid_request_error" if self.status < 500 else "server_error"

    def body(self) -> dict[str, dict[str, str]]:
        """Return the JSON object, its text safe to encode as UTF-8."""
        message = self.message.encode("utf-8", "backslashreplace").decode()
        return {"error": {"message": message, "type": self.type, "code": self.code}}

    def response(self, headers: Mapping[str, str] | None = None) -> JSONResponse:
        """Return the response, with Retry-After where waiting helps."""
        extra = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return JSONResponse(self.body(), self.status, {**(headers or {}), **extra})


def bad_request(field: str, problem: str, value: Any) -> ApiError:
    """Return the 400 that names the field, the constraint and the value it got."""
    return ApiError(400, f"{field}: {problem}, got {shown(value)}", "invalid_value")


def shown(value: Any) -> str:
    """Return a value in JSON, cut to SHOWN characters, without surrogates or NaN."""
    if isinstance(value, str):
        value = value[: SHOWN + 1]
    try:
        text = json.dumps(value, default=repr)
    except (ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def as_api_error(error: Exception) -> ApiError:
    """Return the answer to any exception; one that nobody expected is logged, not shown."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        return ApiError(error.status_code, str(error.detail), CODES.get(error.status_code, "error"))
    if isinstance(error, BusyError):
        return ApiError(429, str(error), "queue_full", retry_after=1)
    if isinstance(error, StoreError):
        return ApiError(500, str(error), "memory_failed")
    if isinstance(error, InklingError):
        return ApiError(400, str(error), "invalid_value")
    log.error("unexpected %s", type(error).__name__, exc_info=error)
    return ApiError(500, "the server failed to answer; its log says why", "internal_error")


def _invalid(error: RequestValidationError) -> ApiError:
    """Explain the first problem, a misspelt field before the one that is missing for it."""
    problems: list[Mapping[str, Any]] = list(error.errors())
    problems.sort(key=lambda problem: problem["type"] != "extra_forbidden")
    first = problems[0]
    if first["type"] == "json_invalid":
        reason = first.get("ctx", {}).get("error", "")
        return ApiError(400, f"the body is not JSON: {reason} at {first['loc'][-1]}", "bad_json")
    if first["loc"] == ("body",) and first["type"] in NOT_AN_OBJECT:
        return ApiError(400, "the body must be a JSON object (application/json)", "bad_json")
    problem = first["msg"].removeprefix("Value error, ")
    problem = problem[:1].lower() + problem[1:]
    if first["loc"] == ("body",):
        return ApiError(400, problem, "invalid_value")
    field = _path(first["loc"][1:])
    if first["type"] == "extra_forbidden":
        return ApiError(400, f"{field}: unknown field", "unknown_field")
    if first["type"] == "missing":
        return ApiError(400, f"{field}: this field is required", "missing_field")
    return bad_request(field, problem, first["input"])


def _path(location: Sequence[int | str]) -> str:
    """Return ("messages", 0, "role") as messages[0].role, each name shortened."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part[:SHOWN]}"
    return text.removeprefix(".") or "body"


async def answer_error(request: Request, error: Exception) -> Response:
    """Answer an exception; the exception handler of this app and of the page below it."""
    answer = as_api_error(error)
    if isinstance(error, HTTPException) and (hint := _hint(request, error)):
        answer.message = hint
    headers = getattr(error, "headers", None)  # 405 carries Allow
    return answer.response(headers)


def _hint(request: Request, error: HTTPException) -> str:
    """Return a better message than the framework's own, where there is one."""
    asked = f"{request.method} {request.url.path[:SHOWN]}"
    if error.status_code == 404 and error.detail == "Not Found":
        return f"there is no {asked}"
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "another method")
        return f"there is no {asked}; use {allowed}"
    if error.status_code == 400 and error.detail == "There was an error parsing the body":
        return "the body is not JSON in UTF-8, or is nested too deeply"
    return ""


def install(app: FastAPI) -> None:
    """Make every error of the app leave in the one shape."""
    for kind in (ApiError, RequestValidationError, HTTPException, InklingError, Exception):
        app.add_exception_handler(kind, answer_error)
