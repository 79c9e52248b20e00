"""Scores that only the scoreboard has: exact phrases, and the true reply among others.

Next words, keystrokes and surprise are in training/metrics.py, which `inkling evaluate` shares.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.quality.predictor import Guess, Ranking
from chatbot.words import PLAIN_WORD
from training.metrics import Target, Weigh, Written

__all__ = ["Phrases", "Question", "draw_questions", "exact_match", "first_of_twenty"]

Phrases = Callable[[str, Sequence[str], int], Sequence[Guess]]
"""(what is typed of a turn, earlier turns, N) -> phrases of N words with their probabilities."""
CANDIDATES = 20


def exact_match(
    phrases: Phrases, targets: Sequence[Target], *, words: int, coverages: Sequence[float]
) -> list[float | None]:
    """EM@N at coverage c: how often the phrase shown is what came, for each c, in percent.

    At each letter of each target, before it is typed, a system has one phrase of N words: its most
    probable. Of all those keystrokes the c most confident show theirs. Right is a phrase whose
    words, lower-cased, are the half-typed word and the N - 1 after it; signs between are left out
    of account. A keystroke without a phrase counts as one that showed a wrong one where fewer than
    c have any: silence gains nothing. Near the end of a turn no phrase is right.
    """
    shown = []
    for target in targets:
        text = target.written.text
        truth = [w.lower() for w in PLAIN_WORD.findall(text, target.start)[:words]]
        for typed in range(target.end - target.start):
            guesses = phrases(target.typed(typed), target.turns, words)
            shown.append(_judge(guesses, truth, words))
    shown.sort(key=lambda pair: -pair[0])
    return [_share(shown, coverage) for coverage in coverages]


def _judge(guesses: Sequence[Guess], truth: Sequence[str], words: int) -> tuple[float, bool]:
    """Give the confidence of the most probable phrase of N words, and whether it is right."""
    best = (-1.0, False)
    for guess in guesses:
        said = [word.lower() for word in PLAIN_WORD.findall(guess.text)]
        if len(said) == words and guess.probability is not None and guess.probability > best[0]:
            best = (guess.probability, said == list(truth))
    return best


def _share(shown: Sequence[tuple[float, bool]], coverage: float) -> float | None:
    count = max(round(coverage * len(shown)), 1)
    return 100 * sum(right for _, right in shown[:count]) / count if shown else None


@dataclass(frozen=True)
class Question:
    """A dialogue so far, and twenty turns of which the first is what was said next."""

    turns: tuple[str, ...]
    candidates: tuple[str, ...]


def draw_questions(
    dialogues: Sequence[Sequence[Written]], *, count: int, seed: int = 0
) -> list[Question]:
    """Draw `count` replies, each with 19 of other dialogues; the same seed draws the same.

    Replies are turns that answer one and hold a word. The nineteen differ from it and from each
    other in their text.
    """
    chance = random.Random(seed)
    replies = [
        (number, turn)
        for number, dialogue in enumerate(dialogues)
        for turn in dialogue
        if turn.turns and PLAIN_WORD.search(turn.text)
    ]
    questions = []
    for number, turn in chance.sample(replies, min(count, len(replies))):
        texts = {turn.text: None}
        for other, drawn in chance.sample(replies, min(len(replies), 400)):
            if other != number:
                texts[drawn.text] = None
            if len(texts) == CANDIDATES:
                questions.append(Question(turn.turns, tuple(texts)))
                break
    return questions


def first_of_twenty(weigh: Weigh, questions: Sequence[Question], ranking: Ranking) -> float | None:
    """hits@1/20: the percentage of questions whose true reply scores above the other 19."""
    hits = 0
    for question in questions:
        scores = [_score(weigh, text, question.turns, ranking) for text in question.candidates]
        hits += scores[0] > max(scores[1:])
    return 100 * hits / len(questions) if questions else None


def _score(weigh: Weigh, reply: str, turns: Sequence[str], ranking: Ranking) -> float:
    score = -weigh(reply, turns)
    if ranking.anywhere:
        score += ranking.anywhere * weigh(reply, ())
    return score / len(reply) if ranking.per_character else score
