"""The model's life in the server: loading, ready or failed."""

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from chatbot.errors import InklingError
from chatbot.server.errors import ApiError

if TYPE_CHECKING:
    from chatbot import LanguageModel

log = logging.getLogger(__name__)

Status = Literal["loading", "ready", "failed"]


class ModelHost:
    """Load the model in a thread of its own, once, and say how far that is."""

    def __init__(self, load: Callable[[], "LanguageModel"]) -> None:
        self._load = load
        self._model: LanguageModel | None = None
        self._started = False
        self._done = threading.Event()
        self.failure: str | None = None

    @property
    def status(self) -> Status:
        if self.failure is not None:
            return "failed"
        return "loading" if self._model is None else "ready"

    def start(self) -> None:
        """Begin to load; a second call does nothing."""
        if not self._started:
            self._started = True
            threading.Thread(target=self._run, name="load-model", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait until the model has loaded or failed to; False when that took too long."""
        return self._done.wait(seconds)

    def get(self) -> "LanguageModel":
        """Return the model, or raise ApiError 503 that says what is the matter."""
        if self._model is not None:
            return self._model
        if self.failure is not None:
            message = f"the model did not load: {self.failure}"
            raise ApiError(503, message, "model_failed", retry_after=60)
        raise ApiError(503, "the model is still loading", "model_loading", retry_after=2)

    def peek(self) -> "LanguageModel | None":
        """Return the model, or None while there is none."""
        return self._model

    def _run(self) -> None:
        try:
            self._model = self._load()
        except (InklingError, OSError) as error:
            self.failure = str(error)
        except Exception as error:
            log.exception("the model did not load")
            self.failure = f"{type(error).__name__}: {error}"
        finally:
            self._done.set()
