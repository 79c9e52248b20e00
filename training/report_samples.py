"""What a checkpoint writes, answers and suggests: every run is asked the same, with one seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot import LanguageModel

__all__ = ["Samples", "write_samples"]

PROMPTS = (
    "I would like to",
    "The best thing about",
    "When I was a child,",
    "Do you want to",
    "My favourite food is",
    "Yesterday we went",
    "I don't think that",
    "Could you please",
)
DIALOGUES = (
    ("Hello, how are you?", "What do you like to do at the weekend?", "Tell me more about it."),
    ("Who are you?", "I am a bit sad today.", "Thank you. Bye!"),
)
HALF_TYPED = (
    "How are y",
    "Thank you very m",
    "I'm looking f",
    "See you tom",
    "What do you th",
    "I ",
)
_TOKENS = 24
_SEED = 1


@dataclass(frozen=True)
class Samples:
    """Texts to show."""

    completions: Sequence[tuple[str, str]]
    """(prompt, what was written on)."""
    dialogues: Sequence[Sequence[tuple[str, str]]]
    """For each dialogue its exchanges: (what was said, what was answered)."""
    suggestions: Sequence[tuple[str, Sequence[tuple[str, float]]]]
    """(half-typed text, (word, probability) the best first)."""


def write_samples(model: LanguageModel) -> Samples:
    """Ask `model` everything, nearly greedily (temperature 0.3): the same each time."""
    return Samples(
        [(prompt, _complete(model, prompt)) for prompt in PROMPTS],
        [_converse(model, messages) for messages in DIALOGUES],
        [(text, [(s.text, s.probability) for s in model.suggest(text)]) for text in HALF_TYPED],
    )


def _complete(model: LanguageModel, prompt: str) -> str:
    (written,) = model.generate(prompt, max_tokens=_TOKENS, temperature=0.3, seed=_SEED)
    return written.text + ("…" if written.finish_reason == "length" else "")


def _converse(model: LanguageModel, messages: Sequence[str]) -> list[tuple[str, str]]:
    chat = model.chat(seed=_SEED, max_tokens=2 * _TOKENS)
    return [(message, chat.reply(message)) for message in messages]
