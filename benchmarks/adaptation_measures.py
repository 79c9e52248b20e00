"""What a memory of one person is worth: keystrokes, and bounds on what any could be worth.

Knows models, memories and people; no file and no table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.adaptation_people import TURNS, Person, told
from benchmarks.ghost_text import ghost_text
from benchmarks.retraining import retrained
from chatbot import LanguageModel, PersonalMemory
from chatbot.evidence import WeightConfig
from chatbot.familiarity import Level
from chatbot.personal import PersonalConfig
from training.metrics import Suggest, Target, draw_targets, keystrokes_saved

__all__ = ["FIELDS", "hindsight", "measured", "saved", "saved_learning_on", "taught"]

FIELDS = {"told": TURNS, "answering": 1, "alone": 0}
"""What a field may be told of the conversation: its last turns, the one to be answered, nothing."""
WEIGHTS = (0.01, 0.03, 0.1, 0.2, 0.4)
"""Of each of a memory's two voices, tried by `hindsight`."""


def measured(
    model: LanguageModel, person: Person, words: int, learned: Sequence[int], *, retrain: bool
) -> dict[str, Any]:
    """Measure one person who types `words` words, after each number of messages in `learned`."""
    most = max(learned)
    row = {
        "corpus": person.corpus,
        "messages": len(person.messages),
        **{
            field: _measured(model, told(person, turns), words, learned)
            for field, turns in FIELDS.items()
        },
    }
    targets = draw_targets(person.messages[most:], words=words)
    bounds = row["told"]
    bounds["hindsight"] = hindsight(model, person, targets, learned=most)
    if retrain:
        trained = retrained(model, person, learned=most)
        bounds["retrained"] = saved(trained, targets, PersonalMemory())
        bounds["retrained_and_memory"] = saved(trained, targets, taught(trained, person, most))
    return row


def _measured(
    model: LanguageModel, person: Person, words: int, learned: Sequence[int]
) -> dict[str, Any]:
    least, most = min(learned), max(learned)
    targets = draw_targets(person.messages[most:], words=words)
    memories = {n: taught(model, person, n) for n in learned}
    return {
        "words": len(targets),
        "ksr_w_3": {n: saved(model, targets, memory) for n, memory in memories.items()},
        "learning_on": saved_learning_on(model, person, targets, learned=most),
        "ghost_text": {n: ghost_text(model, targets, memories[n])._asdict() for n in (least, most)},
    }


def taught(
    model: LanguageModel, person: Person, learned: int, config: PersonalConfig | None = None
) -> PersonalMemory:
    """Give a memory of the person's first `learned` messages."""
    memory = PersonalMemory(config=config)
    for message in person.messages[:learned]:
        model.learn(message.text, memory, message.turns)
    return memory


def saved(model: LanguageModel, targets: Sequence[Target], memory: PersonalMemory) -> float | None:
    """Give KSR-W@3 on `targets` with a memory (%)."""
    return keystrokes_saved(_suggesting(model, memory), targets, 3)


def saved_learning_on(
    model: LanguageModel, person: Person, targets: Sequence[Target], *, learned: int
) -> float:
    """Give KSR-W@3 of a memory that learns each message once it is written, as in use (%)."""
    memory, scores = taught(model, person, learned), list[float]()
    for message in person.messages[learned:]:
        mine = [target for target in targets if target.written is message]
        scores += [_saved_keys(target, _suggesting(model, memory)) for target in mine]
        model.learn(message.text, memory, message.turns)
    return sum(scores) / sum(map(_keys, targets))


def hindsight(
    model: LanguageModel, person: Person, targets: Sequence[Target], *, learned: int
) -> float:
    """Give KSR-W@3 as `saved` does, the weight best for each word chosen after the fact (%)."""
    fixed = (taught(model, person, learned, _fixed(weight)) for weight in WEIGHTS)
    ways = [_suggesting(model, memory) for memory in (*fixed, PersonalMemory())]
    best = sum(max(_saved_keys(target, way) for way in ways) for target in targets)
    return best / sum(map(_keys, targets))


def _keys(target: Target) -> int:
    return len(target.word) + 1


def _saved_keys(target: Target, way: Suggest) -> float:
    return _keys(target) * (keystrokes_saved(way, [target], 3) or 0.0)


def _fixed(weight: float) -> PersonalConfig:
    """Give both voices this weight, wherever and whatever was learned."""
    weights = WeightConfig(
        ngrams=(weight,) * len(Level),
        cache=weight,
        prior_words=10**9,
        least=0.0,
        most_cache=weight,
    )
    return PersonalConfig(weights=weights)


def _suggesting(model: LanguageModel, memory: PersonalMemory) -> Suggest:
    return lambda text, turns, n: [s.text for s in model.suggest(text, n, turns, personal=memory)]
