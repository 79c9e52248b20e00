"""Text to ids and back, for every kind of vocabulary."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tokenizer import (
    KINDS,
    IncrementalDecoder,
    Kind,
    Tokenizer,
    TokenizerConfig,
    TokenizerError,
    Turn,
    load,
    mend,
    settle,
    train,
)

TEXTS = ["hello how are you doing today?", "I'm fine, thanks! what's up with 2023?", "naïve 日本"]
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
TYPED_SYMBOLS = "<turn> <s> </s> <unk> <0x0A> <pad>"

TOKENIZERS = {kind: train(TEXTS * 20, TokenizerConfig(kind=kind, vocab_size=330)) for kind in KINDS}
every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
@settings(max_examples=150, deadline=None)
@given(text=ANY_TEXT)
def test_any_text_round_trips(kind: Kind, text: str) -> None:
    tokenizer = TOKENIZERS[kind]
    assert tokenizer.decode(tokenizer.encode(text)) == text


@every_kind
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "\n\n a\n",
        "\u2581",
        "a\u2581 \u2581b",
        "\x00\t\r",
        "a  b ",
        "🙂👩‍👩‍👧 \u202eא",
        "＜ｔｕｒｎ＞",
    ],
)
def test_awkward_text_round_trips(kind: Kind, text: str) -> None:
    tokenizer = TOKENIZERS[kind]
    assert tokenizer.decode(tokenizer.encode(text)) == text


@every_kind
def test_typed_control_symbols_stay_text(kind: Kind) -> None:
    tokenizer = TOKENIZERS[kind]
    ids = tokenizer.encode(TYPED_SYMBOLS)
    assert not {tokenizer.unk, tokenizer.bos, tokenizer.eos, tokenizer.turn} & set(ids)
    assert tokenizer.decode(ids) == TYPED_SYMBOLS


@every_kind
@settings(max_examples=60, deadline=None)
@given(text=ANY_TEXT)
def test_decoding_one_id_at_a_time_gives_the_same_text(kind: Kind, text: str) -> None:
    tokenizer = TOKENIZERS[kind]
    decoder = IncrementalDecoder(tokenizer)
    pieces = [decoder.push(i) for i in tokenizer.encode(text)]
    assert "".join(pieces) + decoder.flush() == text


def test_an_unfinished_character_is_shown_only_when_the_text_ends() -> None:
    tokenizer = TOKENIZERS["unigram"]
    ids = tokenizer.encode("é")[:-1]
    decoder = IncrementalDecoder(tokenizer)
    assert [decoder.push(i) for i in ids][-1] == ""
    assert decoder.flush() == "\ufffd"


@every_kind
@settings(max_examples=60, deadline=None)
@given(text=ANY_TEXT, more=ANY_TEXT)
def test_ids_of_the_settled_part_never_change(kind: Kind, text: str, more: str) -> None:
    tokenizer = TOKENIZERS[kind]
    settled, _ = settle(text)
    ids = tokenizer.encode(settled)
    assert tokenizer.encode(text + more)[: len(ids)] == ids


@every_kind
@settings(max_examples=60, deadline=None)
@given(text=ANY_TEXT)
@example(text="\n ")
def test_ids_of_parts_joined_at_a_space_are_those_of_the_whole(kind: Kind, text: str) -> None:
    tokenizer = TOKENIZERS[kind]
    settled, _ = settle(text)
    rest = text[len(settled) :]
    if rest.startswith(" ") and settled:
        mid_line = not settled.endswith("\n")
        joined = tokenizer.encode(settled) + tokenizer.encode(rest, mid_line=mid_line)
        assert joined == tokenizer.encode(text)


@pytest.mark.parametrize(
    ("text", "settled", "typed"),
    [
        ("I am goi", "I am", b" goi"),
        ("I am ", "I am", b" "),
        ("", "", b""),
        ("He", "", b" He"),
        ("a\nb", "a\n", b" b"),
        ("a\n", "a\n", b""),
    ],
)
def test_settle(text: str, settled: str, typed: bytes) -> None:
    assert settle(text) == (settled, typed)


def test_a_lone_surrogate_becomes_the_replacement_character() -> None:
    tokenizer = TOKENIZERS["unigram"]
    assert tokenizer.decode(tokenizer.encode("a\ud800b")) == "a\ufffdb" == mend("a\ud800b")


def test_render_puts_turns_between_symbols() -> None:
    t = TOKENIZERS["unigram"]
    hello, you = t.encode("hello"), t.encode("you")
    assert t.render(["hello", "you"]) == [t.bos, t.turn, *hello, t.turn, *you, t.eos]
    assert t.render(["hello", ""], complete=False) == [t.bos, t.turn, *hello, t.turn]


def test_messages_of_one_speaker_join_by_a_newline() -> None:
    t = TOKENIZERS["unigram"]
    turns = [Turn("A", "hello"), Turn("A", "you"), Turn("B", "fine")]
    assert t.render(turns) == t.render(["hello\nyou", "fine"])


@every_kind
def test_pieces_never_cross_a_space(kind: Kind) -> None:
    assert not [p for p in TOKENIZERS[kind].pieces if b" " in p[1:]]


def test_saved_and_loaded_gives_the_same_ids(tmp_path: Path) -> None:
    tokenizer = TOKENIZERS["bpe"]
    tokenizer.save(tmp_path / "t.model")
    again = load(tmp_path / "t.model", kind="bpe")
    assert again.encode(TEXTS[0]) == tokenizer.encode(TEXTS[0])


def test_order_of_the_corpus_does_not_matter() -> None:
    config = TokenizerConfig(vocab_size=330)
    one, other = train(TEXTS * 3, config), train(TEXTS[::-1] * 3, config)
    assert one.pieces == other.pieces


def test_bad_input_is_named(tmp_path: Path) -> None:
    with pytest.raises(TokenizerError, match="holds no words"):
        train([], TokenizerConfig(vocab_size=300))
    with pytest.raises(TokenizerError, match=r"vocab_size must be from 261 to 65536.*got 10"):
        TokenizerConfig(vocab_size=10)
    with pytest.raises(TokenizerError, match="kind must be one of char, word, unigram, bpe"):
        TokenizerConfig(kind="words")  # type: ignore[arg-type]
    with pytest.raises(TokenizerError, match="can't read the tokenizer"):
        load(tmp_path / "none.model")
    (tmp_path / "bad.model").write_bytes(b"not a model")
    with pytest.raises(TokenizerError, match="not a sentencepiece model"):
        load(tmp_path / "bad.model")


def test_rare_words_are_forgotten_when_there_are_too_many() -> None:
    texts = ["common words stay here"] * 50 + [f"rare{i} word{i}" for i in range(500)]
    tokenizer = train(texts, TokenizerConfig(vocab_size=330, max_words=20))
    assert isinstance(tokenizer, Tokenizer)
    assert tokenizer.decode(tokenizer.encode("rare1 common")) == "rare1 common"


def test_many_occurrences_are_scaled_down() -> None:
    texts = ["the cat sat on the mat"] * 300 + ["a dog lay there"] * 200
    config = TokenizerConfig(vocab_size=280)
    half = train(texts[::2], config)
    scaled = train(texts, replace(config, max_occurrences=1300))
    assert (scaled.pieces, scaled.scores) == (half.pieces, half.scores)
    assert scaled.scores != train(texts, config).scores
