"""/v1/memory, and what /v1/suggest does with a session."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from conftest import client_of, error_of
from fastapi.testclient import TestClient

from chatbot import LanguageModel, PersonalMemory, load
from chatbot.memory_store import MemoryStore
from chatbot.personal import PersonalConfig
from chatbot.server import Settings
from chatbot.server.document import Document, Shown
from chatbot.server.memories import Memories

LETTER = "Dear Zhanna, the Voskhod report is ready"


@pytest.fixture(scope="module")
def lm() -> LanguageModel:
    return load()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite3"


@pytest.fixture
def client(lm: LanguageModel, file: Path) -> Iterator[TestClient]:
    with client_of(lm, Settings(memory=file)) as client:
        yield client


def post(client: TestClient, path: str, **body: Any) -> Any:
    response = client.post(path, json={"session": "ana"} | body)
    assert response.status_code == 200, response.text
    return response.json()


def words(client: TestClient, session: str = "ana") -> set[str]:
    return {word["text"] for word in post(client, "/v1/memory", session=session)["words"]}


def offered(client: TestClient, text: str, **body: Any) -> list[str]:
    return [s["text"] for s in post(client, "/v1/suggest", text=text, **body)["suggestions"]]


def type_out(client: TestClient, text: str, **body: Any) -> None:
    for end in range(1, len(text) + 1):
        offered(client, text[:end], **body)


def test_what_was_typed_is_offered_once_another_text_begins(client: TestClient) -> None:
    type_out(client, LETTER, learn=True)
    assert "Zhanna" not in words(client)
    assert offered(client, "Hello Zh", learn=True)[0] == "Zhanna"
    assert words(client) >= {"Zhanna", "Voskhod"}
    assert offered(client, "Hello Zh", session="ben") != offered(client, "Hello Zh")
    assert not words(client, "ben")


def test_without_learn_there_is_no_trace(client: TestClient, file: Path) -> None:
    type_out(client, "Dear Zhanna")
    offered(client, "Something else ")
    assert not file.exists()
    post(client, "/v1/memory/learn", text=LETTER)
    before = _hash(file)
    type_out(client, "Dear Svetlana")
    offered(client, "Something else ")
    post(client, "/v1/memory")
    post(client, "/v1/memory/export")
    assert _hash(file) == before
    assert "Svetlana" not in words(client)


def _hash(file: Path) -> str:
    logs = [file, file.with_name(file.name + "-wal")]
    return hashlib.sha256(b"".join(f.read_bytes() for f in logs if f.exists())).hexdigest()


def test_going_back_and_on_learns_once(client: TestClient) -> None:
    offered(client, "Dear Zhanna, all is well here in Kirov", learn=True)
    offered(client, "Dear", learn=True)  # the cursor went back
    offered(client, "Dear Zhanna, all is well here in Kirov and in Perm.", learn=True)
    offered(client, "", learn=True)
    counts = {w["text"]: w["times"] for w in post(client, "/v1/memory")["words"]}
    assert counts["Zhanna"] == counts["Kirov"] == counts["Perm"] == 1


def test_a_person_sees_mends_and_takes_along_what_was_learned(client: TestClient) -> None:
    told = post(client, "/v1/memory/learn", text=LETTER)
    assert told["size"] == 8
    assert {"text": "Zhanna", "times": 1} in told["words"]
    assert post(client, "/v1/memory/forget", word="zhanna") == {"known": True}
    assert "Zhanna" not in words(client)
    assert post(client, "/v1/memory/undo") == {"undone": True}
    assert "Zhanna" in words(client)
    exported = post(client, "/v1/memory/export")
    post(client, "/v1/memory/clear")
    assert not words(client)
    post(client, "/v1/memory/import", memory=exported)
    assert "Zhanna" in words(client)
    post(client, "/v1/memory/import", session="ben", memory=exported)
    assert post(client, "/v1/memory/export", session="ben") == exported


def test_a_forgotten_word_does_not_come_back_with_an_older_export(client: TestClient) -> None:
    post(client, "/v1/memory/learn", text=LETTER)
    older = post(client, "/v1/memory/export")
    post(client, "/v1/memory/forget", word="Zhanna")
    post(client, "/v1/memory/import", memory=older)
    assert words(client) == {"Dear", "the", "Voskhod", "report", "is", "ready"} - {"Zhanna"}
    post(client, "/v1/memory/learn", text="Zhanna, Zhanna!")
    assert "Zhanna" not in words(client)
    post(client, "/v1/memory/clear")
    post(client, "/v1/memory/import", memory=older)
    assert "Zhanna" in words(client)


def test_a_forgotten_word_is_not_learned_again(client: TestClient) -> None:
    post(client, "/v1/memory/learn", text=LETTER)
    post(client, "/v1/memory/forget", word="Zhanna")
    post(client, "/v1/memory/learn", text="Zhanna, Zhanna!")
    assert "Zhanna" not in words(client)
    assert "Zhanna" not in offered(client, "Dear Zh")


def times(client: TestClient) -> dict[str, int]:
    return {word["text"]: word["times"] for word in post(client, "/v1/memory")["words"]}


def test_a_text_that_is_mended_is_learned_once(lm: LanguageModel, client: TestClient) -> None:
    type_out(client, LETTER, learn=True)
    for end in range(len("Dear"), len("Dear little") + 1):
        offered(client, "Dear little"[:end], after=LETTER[4:], learn=True)
    whole = "Dear little" + LETTER[4:]
    offered(client, whole, learn=True)
    told = post(client, "/v1/memory/learn", text=whole)
    assert set(times(client).values()) == {1}
    with client_of(lm, Settings(memory=None)) as other:
        assert post(other, "/v1/memory/learn", text=whole) == told


def test_messages_that_begin_alike_are_each_learned_whole(client: TestClient) -> None:
    for text in ("Hello", "Hello Zorbax", "Hello Zorbax"):
        type_out(client, text, learn=True)
        post(client, "/v1/memory/learn", text=text)
    exported = post(client, "/v1/memory/export")
    assert exported["messages"] == [["Hello"], ["Hello", "Zorbax"], ["Hello", "Zorbax"]]


@pytest.mark.parametrize("forgets", ["clear", "import"])
def test_what_stood_there_when_all_was_forgotten_does_not_come_back(
    client: TestClient, forgets: str
) -> None:
    body = {"memory": post(client, "/v1/memory/export")} if forgets == "import" else {}
    type_out(client, "Grobnik waits here", learn=True)
    post(client, f"/v1/memory/{forgets}", **body)
    type_out(client, "Next one here", learn=True)
    assert not words(client)
    offered(client, "", learn=True)
    assert words(client) == {"Next", "one", "here"}
    post(client, "/v1/memory/learn", text="Grobnik waits here")
    assert "Grobnik" in words(client), "sent again, it is learned"


def test_what_was_taken_back_is_learned_again_only_where_it_is_sent(client: TestClient) -> None:
    type_out(client, LETTER, learn=True)
    post(client, "/v1/memory/learn", text=LETTER)
    assert post(client, "/v1/memory/undo") == {"undone": True}
    offered(client, LETTER, learn=True)
    offered(client, LETTER + "!", learn=True)
    offered(client, "", learn=True)
    assert not words(client)
    post(client, "/v1/memory/learn", text=LETTER)
    assert "Zhanna" in words(client)


def test_a_text_with_new_parts_is_taken_back_at_once(client: TestClient) -> None:
    post(client, "/v1/memory/learn", text="Dear Zhanna, all is well")
    before = post(client, "/v1/memory/export")
    offered(client, "Dear Zhanna, all is well", learn=True)
    offered(client, "Dear dear Zhanna, all is very well now", learn=True)
    offered(client, "", learn=True)
    assert words(client) > {"very", "now"}
    post(client, "/v1/memory/undo")
    assert post(client, "/v1/memory/export") == before


def test_a_word_forgotten_while_it_is_written_is_not_learned(client: TestClient) -> None:
    type_out(client, LETTER, learn=True)
    post(client, "/v1/memory/forget", word="Zhanna's")
    offered(client, "", learn=True)
    assert words(client) == {"Dear", "the", "Voskhod", "report", "is", "ready"}


@pytest.mark.parametrize("word", [" ", "two words"])
def test_what_is_no_word_cannot_be_forgotten(client: TestClient, word: str) -> None:
    response = client.post("/v1/memory/forget", json={"session": "ana", "word": word})
    assert response.status_code == 400
    assert "word must be one word to forget" in error_of(response)["message"]


def test_it_outlives_the_server(lm: LanguageModel, client: TestClient, file: Path) -> None:
    post(client, "/v1/memory/learn", text=LETTER)
    with client_of(lm, Settings(memory=file)) as other:
        assert "Zhanna" in words(other)


def test_a_memory_that_is_none_is_refused_and_nothing_is_lost(client: TestClient) -> None:
    post(client, "/v1/memory/learn", text=LETTER)
    response = client.post("/v1/memory/import", json={"session": "ana", "memory": {"a": 1}})
    assert response.status_code == 400
    assert "an exported memory has" in error_of(response)["message"]
    assert "Zhanna" in words(client)


def test_a_store_that_fails_is_told(lm: LanguageModel, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with client_of(lm, Settings(memory=tmp_path / "file" / "m.sqlite3")) as client:
        response = client.post("/v1/memory/learn", json={"session": "ana", "text": LETTER})
        assert response.status_code == 500
        assert "can't keep memories in" in error_of(response)["message"]
        assert not words(client), "what could not be saved was not learned"
        assert client.post("/v1/suggest", json={"text": "How are y"}).status_code == 200


@pytest.mark.parametrize(
    ("draft", "text", "over"),
    [
        ("", "hello", False),
        ("hello", "hello t", False),
        ("hello there", "hello", False),
        ("hello there", "help", False),
        ("hello there", "", True),
        ("hello there", "what", True),
        ("hello " + "there " * 5, "hello ", True),
    ],
)
def test_a_text_is_over_when_another_begins(draft: str, text: str, over: bool) -> None:
    assert Document(draft).match(Shown(text)).goes_on is not over


def test_a_text_that_is_left_may_go_on_and_may_end_within_a_word(client: TestClient) -> None:
    for text in ("Dear Zhanna, the rep", "Dear Zhanna, the report is ready.", "Dear Zh"):
        post(client, "/v1/memory/learn", text=text, left=True)
    known = times(client)
    assert known["Zhanna"] == known["report"] == known["ready"] == 1
    assert not {"rep", "Zh"} & known.keys()


def test_where_no_turns_are_told_the_last_messages_are_gone_on_from(
    lm: LanguageModel, client: TestClient
) -> None:
    for text in ("Did you hear of the storm?", "It took the roof of the barn", "We build it anew"):
        post(client, "/v1/memory/learn", text=text)
    me, without = PersonalMemory(), PersonalMemory(config=PersonalConfig(recent_characters=0))
    for memory in (me, without):
        memory.restore(post(client, "/v1/memory/export"))
    said = "The new one will be "
    found = offered(client, said)
    assert found == [each.text for each in lm.suggest(said, personal=me)]
    assert found != [each.text for each in lm.suggest(said, personal=without)]


def test_more_people_than_are_kept_ready_lose_nothing(
    lm: LanguageModel, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    monkeypatch.setattr("chatbot.server.memories.LIVE", 2)
    with client_of(lm, Settings(memory=file)) as client:
        for session in ("ana", "ben", "cleo", "dan"):
            post(client, "/v1/memory/learn", session=session, text=f"Hello {session} Voskhod")
        for session in ("ana", "ben", "cleo", "dan"):
            assert words(client, session) == {"Hello", session, "Voskhod"}


def test_a_word_forgotten_while_a_slow_call_goes_on_stays_forgotten(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    monkeypatch.setattr("chatbot.server.memories.LIVE", 2)
    memories = Memories(MemoryStore(file))
    memories.change("ana", lambda memory: memory.learn("Hello Voskhod"))
    begun, go_on = Event(), Event()

    def slow(memory: PersonalMemory) -> None:
        begun.set()
        assert go_on.wait(10)
        memory.learn("and more")

    with ThreadPoolExecutor() as pool:
        first = pool.submit(memories.change, "ana", slow)
        assert begun.wait(10)
        for other in ("ben", "cleo", "dan"):  # ana's is kept ready no longer
            memories.change(other, lambda memory: memory.learn("Hello"))
        second = pool.submit(memories.change, "ana", lambda memory: memory.forget("Voskhod"))
        go_on.set()
        first.result(), second.result()
    for kept in (memories, Memories(MemoryStore(file))):
        assert kept.read("ana", lambda memory: memory.forgot("Voskhod"))
        assert not kept.read("ana", lambda memory: memory.wrote("Voskhod"))
        assert kept.read("ana", lambda memory: memory.wrote("more"))


@pytest.mark.parametrize("is_left", [False, True])
def test_a_question_that_is_overtaken_cuts_no_word(
    lm: LanguageModel, file: Path, is_left: bool
) -> None:
    """Two run at once: the page gave the first one up, and the server is not done with it."""
    memories, text = Memories(MemoryStore(file)), "Thank you for the flowers, yours, Visnezka."
    for end in range(1, len(text) - 3):
        memories.hear(lm, "ana", text[:end], (), arrival=memories.arrive())
    slow, quick, last = (memories.arrive() for _ in range(3))
    memories.hear(lm, "ana", text, (), arrival=quick)
    if is_left:
        memories.leave(lm, "ana", text, (), arrival=last)
    memories.hear(lm, "ana", text[:-3], (), arrival=slow)
    memories.hear(lm, "ana", "I am", (), arrival=memories.arrive())
    assert memories.read("ana", lambda memory: memory.wrote("Visnezka"))
    assert not memories.read("ana", lambda memory: memory.wrote("Visnez"))


def test_a_text_that_is_left_late_does_not_end_the_next_one(lm: LanguageModel, file: Path) -> None:
    memories, text = Memories(MemoryStore(file)), "Thank you for the flowers, Visnezka"
    for end in range(1, len(text) + 1):
        memories.hear(lm, "ana", text[:end], (), arrival=memories.arrive())
    left = memories.arrive()
    for typed in ("I am", "I am writi"):
        memories.hear(lm, "ana", typed, (), arrival=memories.arrive())
    memories.leave(lm, "ana", text, (), arrival=left)
    memories.finish(lm, "ana", "I am writing to you.", (), arrival=memories.arrive())
    found = memories.read("ana", PersonalMemory.words)
    assert {word.text: word.times for word in found} == dict.fromkeys(
        ["Thank", "for", "the", "flowers", "Visnezka", "I", "am", "writing", "to"], 1
    ) | {"you": 2}
