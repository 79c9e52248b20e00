"""Milliseconds a keystroke: real text typed key by key, beside what else could answer it.

    python -m benchmarks.keystrokes ../shared/data/chitchat.jsonl.xz

Parts, any of which `--parts` chooses:

    in-process, http    the library, and the server over one kept connection
    presage             Debian's predictive text, as `benchmarks.quality.prepare` builds it
    transformer         one pass a key of a network of GPT-2 small's shape with a key-value cache
    chromium            users who type at once in real pages: from the key to painted ghost text
    offline             the widget's offline mode in Chromium, the server stopped
    length              the same keys after 1,000 and after 100,000 characters
    memory              what the server grows by for a session

Turns of the held-out split are typed one character after another; after each, three words are
asked for, with the turns before as context. The first four are timed on the same keystrokes, turn
by turn one after another. One thread each, warm; the server has a core of its own, whoever asks it
another, where there are two.
"""

from benchmarks.keystrokes.replay import Ask, percentile, replay, type_turn, typed_turns

__all__ = ["Ask", "percentile", "replay", "type_turn", "typed_turns"]
