"""WhatsApp exports: what people typed, who said it, and where a conversation ends."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.corpora.whatsapp_stamp import choose_order, read_stamp
from training.corpora.whatsapp_text import is_notice, typed
from training.corpus import BadLines, ChatConfig, read
from training.errors import CorpusError

SAMPLES = Path(__file__).parent / "samples" / "whatsapp"
Said = list[list[tuple[str, str]]]


def said(path: Path, **config: float) -> Said:
    found = read([path], chats=ChatConfig(**config))  # type: ignore[arg-type]
    return [[(t.speaker, t.text) for t in c.turns] for c in found]


GROUP = [
    [
        ("Mira Kovac", "Hi all! Who is in for Saturday?"),
        ("Mira Kovac", "I thought of the long way round the lake"),
        ("Tom Ashdown", "me 🙋🏽‍♂️"),
        (
            "+44 7700 900123",
            "Count me in.\nTwo questions:\n\n- when do we meet?\n"
            "- does @someone bring the stove again?",
        ),
        ("Tom Ashdown", "Yes @someone, I do. 9:30 at the station"),
        ("Tom Ashdown", "This one, the small one"),
    ],
    [("Mira Kovac", "Morning! Weather looks good"), ("Tom Ashdown", "It does: sun all day")],
    [("Tom Ashdown", "Back home. Thanks everyone!")],
]


def test_an_android_group_gives_what_was_typed() -> None:
    assert said(SAMPLES / "android_group.txt") == GROUP


def test_months_come_first_where_am_and_pm_are_written() -> None:
    assert said(SAMPLES / "android_us.txt") == [
        [
            ("Priya Raman", "Did you get home ok?"),
            ("Dale Whitcomb", "yes, just now"),
            ("Priya Raman", "good. sleep well"),
        ],
        [("Dale Whitcomb", "lunch?")],
        [("Priya Raman", "Happy birthday!"), ("Dale Whitcomb", "You remembered")],
    ]


def test_what_an_iphone_writes_itself_is_left_out_in_any_language() -> None:
    assert said(SAMPLES / "ios_german.txt") == [
        [
            ("Lena Brandt", "Hast du morgen Zeit?"),
            ("Jonas Weber", "Ja, ab vier."),
            ("Jonas Weber", "Sollen wir kochen?"),
            ("Lena Brandt", "Gerne! Ich bringe Wein mit\nund Brot"),
        ],
        [("Kim", "Guten Morgen")],
    ]


def test_midnight_on_a_twelve_hour_clock_is_no_pause() -> None:
    assert said(SAMPLES / "ios_canada.txt") == [
        [("Noor", "still up?"), ("Sam Okafor", "sadly yes")],
        [("Noor", "coffee then")],
    ]


def test_the_pause_and_the_longest_conversation_can_be_chosen() -> None:
    whole = said(SAMPLES / "android_group.txt", pause_hours=24 * 365)
    assert whole == [[*GROUP[0], *GROUP[1], *GROUP[2]]]
    assert list(map(len, said(SAMPLES / "android_group.txt", longest_turns=4))) == [4, 2, 2, 1]
    assert len(said(SAMPLES / "android_group.txt", pause_hours=0.01)) == 8
    for wrong in ({"pause_hours": 0}, {"pause_hours": float("nan")}, {"longest_turns": 0}):
        with pytest.raises(CorpusError, match="must be"):
            ChatConfig(**wrong)  # type: ignore[arg-type]


def test_names_are_neither_in_the_source_nor_in_the_id(tmp_path: Path) -> None:
    path = tmp_path / "WhatsApp Chat with Mira Kovac.txt"
    path.write_bytes((SAMPLES / "android_group.txt").read_bytes())
    found = list(read([path]))
    assert {c.source for c in found} == {"whatsapp"}
    assert len({c.id for c in found}) == len(found)
    assert not any("Mira" in c.id or "Chat" in c.id for c in found)


@pytest.mark.parametrize("name", ["_chat.txt", "WhatsApp Chat with Mira Kovac.txt"])
@pytest.mark.parametrize("with_media", [True, False])
def test_the_zip_that_the_phone_makes_is_read(tmp_path: Path, name: str, with_media: bool) -> None:
    with zipfile.ZipFile(tmp_path / "chat.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(SAMPLES / "android_group.txt", name)
        if with_media:
            archive.writestr("IMG-20240603-WA0007.jpg", b"\xff\xd8\xff")
            archive.writestr("00000012-recipe.txt", "an attachment\nnot a chat\n")
            archive.writestr("00000013-table.csv", "text\nnot a chat either\n")
            archive.writestr("__MACOSX/._chat.txt", b"\x00\x05\x16\x07")
    bad_lines = BadLines()
    found = [[tuple(t) for t in c.turns] for c in read([tmp_path / "chat.zip"], bad_lines)]
    assert found == GROUP
    assert bad_lines.count == 0


@pytest.mark.parametrize(
    "head",
    [
        "31/12/2023, 21:15 - ",
        "31/12/2023 21:15 - ",
        "31.12.23, 21:15 - ",
        "31.12.2023 klo 21.15 - ",
        "31/12/2023 à 21:15 - ",
        "2023-12-31, 9:15 p.m. - ",
        "2023-12-31 9:15 p. m. - ",
        "12/31/23, 9:15\u202fPM - ",
        "2023/12/31 下午9:15 - ",
        "2023. 12. 31. 오후 9:15 - ",
        "٣١/١٢/٢٠٢٣، ٩:١٥ م - ",
        "[31/12/2023, 21:15:00] ",
        "[12/31/23, 9:15:00\u202fPM] ",
        "\u200e[31.12.23, 21:15:00] ",
        "\u200f[31\u200f/12\u200f/2023, 9:15:00 م] ",
    ],
)
def test_every_form_of_date_is_read(head: str) -> None:
    stamp = read_stamp(f"{head}Ada: 8:30?")
    assert stamp is not None
    assert stamp.rest == "Ada: 8:30?"
    moment = datetime(2023, 12, 31, 21, 15).timestamp() - datetime(1970, 1, 1).timestamp()
    assert stamp.seconds(choose_order([stamp])) == moment


@pytest.mark.parametrize(
    "line",
    [
        "",
        "hello",
        "see you 31/12/2023, 21:15 - Ada: x",
        "31/12/2023 - Ada: x",
        "[laughs] Ada: x",
        "21:15 - Ada: x",
        "[1, 2, 3]",
        "1.5.2 - notes: x",
    ],
)
def test_what_has_no_date_goes_on_with_the_message_before(line: str) -> None:
    assert read_stamp(line) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<Medien ausgeschlossen>", ""),
        ("You deleted this message", ""),
        ("Se eliminó este mensaje.", ""),
        ("Waiting for this message. This may take a while.", ""),
        ("invoice.pdf (archivo adjunto)\nfor you", "for you"),
        ("\u200eContact card omitted", ""),
        ("GIF omitted", ""),
        ("\u200ePOLL:\nTea or coffee?\n\u200eOPTION: Tea (2 votes)", ""),
        ("Tea <This message was edited>", "Tea"),
        ("Tea <Diese Nachricht wurde bearbeitet.>", "Tea"),
        ("I <3 you", "I <3 you"),
        ("if a < b and c > d", "if a < b and c > d"),
        ("<html>", ""),
        ("he left", "he left"),
        ("the image was omitted", "the image was omitted"),
        ("mail me@447700900123.example", "mail me@447700900123.example"),
        ("@\u2068~\u202fAda L.\u2069 and @447700900123!", "@someone and @someone!"),
        ("\u202a+44 7700 900123\u202c is mine", "+44 7700 900123 is mine"),
    ],
)
def test_only_what_was_typed_is_left(text: str, left: str) -> None:
    assert typed(text) == left


@pytest.mark.parametrize(
    ("sender", "notice"),
    [
        ('Ada created group "Hills', True),
        ("Ada changed the subject to “A", True),
        ('Ada hat den Gruppennamen von "A', True),
        ('Tom "Tommy" Ash', False),
        ("~ Ada", False),
        ("+44 7700 900123", False),
    ],
)
def test_a_notice_with_a_colon_is_no_message(sender: str, notice: bool) -> None:
    assert is_notice(sender) is notice


def test_a_date_that_does_not_exist_is_a_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "31/12/2023, 21:15 - Ada: hi\n45/45/2023, 21:15 - Bo: no\n1/1/2024, 0:05 - Bo: yes\n"
    )
    with pytest.raises(CorpusError, match=r"a\.txt:2: no such date or time.*--on-bad-line skip"):
        list(read([path]))
    bad_lines = BadLines("skip")
    (found,) = read([path], bad_lines)
    assert [t.text for t in found.turns] == ["hi", "yes"]
    assert bad_lines.count == 1


def test_a_pasted_head_of_another_phone_begins_no_message(tmp_path: Path) -> None:
    lines = [
        "[01/02/2024, 10:00:00] Ada: our plan:",
        "03/02/2024, 9:30 - 10:15: the museum",
        "[01/02/2024, 10:01:00] Bo: fine",
    ]
    path = tmp_path / "a.txt"
    path.write_text("\n".join(lines))
    assert said(path) == [[("Ada", f"our plan:\n{lines[1]}"), ("Bo", "fine")]]


Writer = Callable[[datetime], str]
WRITERS: list[Writer] = [
    lambda at: f"{at:%d/%m/%Y, %H:%M} - ",
    lambda at: f"{at:%d.%m.%y, %H:%M} - ",
    lambda at: f"{at.month}/{at.day}/{at:%y}, {(at.hour - 1) % 12 + 1}:{at:%M}\u202f{at:%p} - ",
    lambda at: f"[{at:%d/%m/%Y, %H:%M:%S}] ",
    lambda at: f"\u200e[{at:%Y-%m-%d}, {(at.hour - 1) % 12 + 1}:{at:%M:%S} {at:%p}] ",
]
names = st.text("abcdefgz ÄéЖ-+0123", min_size=1, max_size=12).map(str.strip).filter(bool)
texts = st.text("abc ,.:;!?(ä🙂)<3\n'\"", min_size=1, max_size=40).map(str.strip)
minutes = st.sampled_from([0, 1, 30, 359, 360, 361, 5000, 50_000])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(WRITERS),
    st.lists(st.tuples(names, texts, minutes), min_size=1, max_size=12),
    st.integers(13, 28),
)
def test_what_a_phone_writes_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    write: Writer,
    messages: list[tuple[str, str, int]],
    day: int,
) -> None:
    messages = [m for m in messages if m[1] and typed(m[1]) == m[1]]
    # A day above 12 in the file tells which number is the month.
    at, lines, expected = datetime(2023, 3, day, 9), list[str](), list[list[tuple[str, str]]]()
    for name, text, pause in messages:
        at += timedelta(minutes=pause)
        lines.append(f"{write(at)}{name}: {text}")
        if not expected or pause > 360:
            expected.append([])
        expected[-1].append((name, text))
    path = tmp_path_factory.mktemp("written") / "a.txt"
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    assert said(path) == expected
