"""presage, Debian's predictive text platform, as a predictor: its C interface by ctypes.

It suggests words and tells no probabilities: what needs them is unsupported. It reads text as it
was trained: lower-cased, and with curly apostrophes, because a straight one cuts a word in two
there ("don't" would be no word). Beside its n-grams its recency predictor is on, as by default, and
refused words may come again, as the definition of KSR says; it learns nothing while it is measured.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.quality.missing import MissingError
from benchmarks.quality.predictor import Guess, Ranking, UnsupportedError

__all__ = ["PresagePredictor", "as_presage_reads"]

_MOST = 10
"""Suggestions that presage is set to give; fewer are taken from these."""
_PAST = 512
"""Characters of the past that it is shown; it keeps 80 and counts 3 words."""
_READ = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
_CONFIG = """<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<Presage>
  <PredictorRegistry>
    <LOGGER>ERROR</LOGGER>
    <PREDICTORS>DefaultSmoothedNgramPredictor DefaultRecencyPredictor</PREDICTORS>
  </PredictorRegistry>
  <ContextTracker>
    <LOGGER>ERROR</LOGGER>
    <SLIDING_WINDOW_SIZE>80</SLIDING_WINDOW_SIZE>
    <LOWERCASE_MODE>yes</LOWERCASE_MODE>
    <ONLINE_LEARNING>no</ONLINE_LEARNING>
  </ContextTracker>
  <Selector>
    <LOGGER>ERROR</LOGGER>
    <SUGGESTIONS>{most}</SUGGESTIONS>
    <REPEAT_SUGGESTIONS>yes</REPEAT_SUGGESTIONS>
    <GREEDY_SUGGESTION_THRESHOLD>0</GREEDY_SUGGESTION_THRESHOLD>
  </Selector>
  <PredictorActivator>
    <LOGGER>ERROR</LOGGER>
    <PREDICT_TIME>1000</PREDICT_TIME>
    <MAX_PARTIAL_PREDICTION_SIZE>60</MAX_PARTIAL_PREDICTION_SIZE>
    <COMBINATION_POLICY>Meritocracy</COMBINATION_POLICY>
  </PredictorActivator>
  <ProfileManager>
    <LOGGER>ERROR</LOGGER>
    <AUTOPERSIST>false</AUTOPERSIST>
  </ProfileManager>
  <Predictors>
    <DefaultSmoothedNgramPredictor>
      <PREDICTOR>SmoothedNgramPredictor</PREDICTOR>
      <LOGGER>ERROR</LOGGER>
      <DBFILENAME>{database}</DBFILENAME>
      <DELTAS>0.01 0.1 0.89</DELTAS>
      <LEARN>false</LEARN>
      <DatabaseConnector>
        <LOGGER>ERROR</LOGGER>
      </DatabaseConnector>
    </DefaultSmoothedNgramPredictor>
    <DefaultRecencyPredictor>
      <PREDICTOR>RecencyPredictor</PREDICTOR>
      <LOGGER>ERROR</LOGGER>
      <LAMBDA>1</LAMBDA>
      <N_0>1</N_0>
      <CUTOFF_THRESHOLD>20</CUTOFF_THRESHOLD>
    </DefaultRecencyPredictor>
  </Predictors>
</Presage>
"""


class PresagePredictor:
    """presage with a database of n-grams that `prepare` wrote."""

    def __init__(self, database: Path) -> None:
        if not database.is_file():
            raise MissingError("presage", f"no database at {database}")
        self.name, self.ranking = "presage", Ranking()
        self.megabytes = database.stat().st_size / 1e6
        config = database.with_name("presage.xml")
        config.write_text(_CONFIG.format(database=database, most=_MOST), encoding="utf-8")
        self._library = _library()
        self._past = ctypes.create_string_buffer(b"")
        self._empty = ctypes.create_string_buffer(b"")
        # Kept, or they would be freed while presage still calls them.
        self._readers = (
            _READ(lambda _: ctypes.addressof(self._past)),
            _READ(lambda _: ctypes.addressof(self._empty)),
        )
        self._handle = ctypes.c_void_p()
        before, after = self._readers
        self._check(
            self._library.presage_new_with_config(
                before, None, after, None, str(config).encode(), ctypes.byref(self._handle)
            )
        )

    def suggest(
        self, text: str, turns: Sequence[str], *, n: int, max_words: int = 1
    ) -> list[Guess]:
        """Ask for words; it has no phrases."""
        if max_words > 1:
            raise UnsupportedError("presage suggests single words")
        if n > _MOST:
            raise ValueError(f"n must be at most {_MOST}; got {n}")
        past = as_presage_reads("\n".join([*turns, text]))[-_PAST:]
        self._past = ctypes.create_string_buffer(past.encode("utf-8", "replace"))
        found = ctypes.POINTER(ctypes.c_char_p)()
        self._check(self._library.presage_predict(self._handle, ctypes.byref(found)))
        words: list[str] = []
        while word := found[len(words)]:
            words.append(word.decode("utf-8", "replace").replace("\u2019", "'"))
        self._library.presage_free_string_array(found)
        return [Guess(word, None) for word in words[:n]]

    def nats(self, text: str, turns: Sequence[str]) -> float:
        """Say that it can't: its interface gives no probabilities."""
        raise UnsupportedError("presage tells no probabilities")

    def _check(self, code: int) -> None:
        if code:
            raise RuntimeError(f"presage answered with error {code} (see presageException.h)")


def as_presage_reads(text: str) -> str:
    """Write a text as presage is trained on it and asked with it."""
    return text.lower().replace("'", "\u2019")


def _library() -> Any:
    try:
        library: Any = ctypes.CDLL("libpresage.so.1")
    except OSError as error:
        raise MissingError(
            "presage", "libpresage is not installed (apt-get install presage)"
        ) from error
    pointer, text = ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p)
    library.presage_new_with_config.argtypes = [
        _READ,
        pointer,
        _READ,
        pointer,
        ctypes.c_char_p,
        ctypes.POINTER(pointer),
    ]
    library.presage_predict.argtypes = [pointer, ctypes.POINTER(text)]
    library.presage_free_string_array.argtypes = [text]
    return library
