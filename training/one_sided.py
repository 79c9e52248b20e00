"""A dialogue as a field sees it that is told little of it: one side alone, a message a line.

    dialogue    |Hi|Hello Ana|Which tent?|The red one.|When?|On Friday.|
    told nothing               |Hello Ana \n The red one. \n On Friday.|
    told what is answered      |Hello Ana \n The red one.|When?|On Friday.|

So `chatbot.recent` reads what a person wrote last; a network that never saw it takes each line for
the end of a thought. Knows conversations, no corpus.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from tokenizer import Turn
from training.conversation import Conversation
from training.splits import assign

__all__ = ["SUFFIX", "one_sided"]

SUFFIX = ", one side"
"""Behind the source's name: its share of a mixture and its held-out score are its own."""
_FEWEST = 4
"""Messages of one side: three are read from the first on that is written after them."""
_MOST = 15
"""Messages read before one that answers, as `chatbot.recent` gives at most."""
_EVERY = 8
"""Messages of one side for each that is given with what it answers."""


def one_sided(conversation: Conversation) -> Iterator[Conversation]:
    """Give each side of a conversation with enough messages, alone and where it answers."""
    turns = conversation.turns
    for speaker in dict.fromkeys(turn.speaker for turn in turns):
        mine = [i for i, turn in enumerate(turns) if turn.speaker == speaker]
        if len(mine) < _FEWEST or len(mine) == len(turns):
            continue
        yield _part(conversation, f"{speaker}", [_lines(turns, mine, speaker)])
        draw = random.Random(f"{conversation.id} {speaker}")
        answers = [n for n in range(_FEWEST - 1, len(mine)) if mine[n] - 1 not in mine]
        for n in draw.sample(answers, min(len(answers), -(-len(mine) // _EVERY))):
            lead = _lines(turns, mine[max(n - _MOST, 0) : n], speaker)
            yield _part(conversation, f"{speaker} {n}", [lead, *turns[mine[n] - 1 : mine[n] + 1]])


def _lines(turns: tuple[Turn, ...], mine: list[int], speaker: str) -> Turn:
    return Turn(speaker, "\n".join(turns[i].text.replace("\n", " ") for i in mine))


def _part(whole: Conversation, name: str, turns: list[Turn]) -> Conversation:
    return Conversation(
        f"{whole.id} {name}", whole.source + SUFFIX, tuple(turns), split=assign(whole)
    )
