"""The page's HTML and what its Chat tab does with a conversation; a browser's part is apart."""

import asyncio
import inspect
import re
from typing import Any

import gradio as gr
import pytest
from conftest import FakeModel
from fastapi.testclient import TestClient
from gradio.queueing import Queue
from hypothesis import given
from hypothesis import strategies as st

from chatbot import InklingError
from chatbot.server import Settings
from chatbot.server.model_host import ModelHost
from chatbot.server.page.chat_tab import LONGEST, ChatTab
from chatbot.server.page.transcript import PENDING, Said, checked, from_chat, to_chat, to_turns
from chatbot.server.services import Services


def user(text: str) -> Said:
    return Said(role="user", content=text)


def bot(text: str) -> Said:
    return Said(role="assistant", content=text)


def test_the_page_fetches_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "data-inkling" in page.text
    assert "/widget.js" in page.text
    tags = re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*>", page.text)
    fetched = re.findall(r'(?:src|href)="([^"]*)"', " ".join(tags))
    assert fetched
    assert not [url for url in fetched if re.match(r"(https?:)?//", url)]
    styles = [
        *re.findall(r"<style.*?</style>", page.text, re.DOTALL),
        client.get("/theme.css").text,
    ]
    for style in styles:
        assert not re.search(r"""(url\(|@import)\s*["']?(https?:)?//""", style)


def test_the_pages_policy_forbids_other_hosts(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy


def test_the_page_records_and_reports_nothing(client: TestClient) -> None:
    config = client.get("/config").json()
    assert config["analytics_enabled"] is False
    assert config["show_error"] is False
    assert not config.get("run_history")
    assert config["footer_links"] == []


def test_gradio_waits_as_long_as_we_say() -> None:
    """A name that it no longer knew would be set in vain, and an idle server be busy again."""
    source = inspect.getsource(Queue)
    for name in ("sleep_when_free", "progress_update_sleep_when_free"):
        assert f"asyncio.sleep(self.{name})" in source


def test_the_page_shares_nothing(client: TestClient) -> None:
    chats = [c for c in client.get("/config").json()["components"] if c["type"] == "chatbot"]
    assert [chat["props"]["buttons"] for chat in chats] == [["copy", "copy_all"]]


@given(st.text())
def test_what_is_said_is_shown_as_text_and_read_back(text: str) -> None:
    (shown,) = to_chat([user(text)])
    assert not re.search(r"<[A-Za-z/!?]", shown["content"])
    assert from_chat(
        [{"role": "user", "content": [{"type": "text", "text": shown["content"]}]}]
    ) == [user(text)]


@pytest.mark.parametrize("text", ["<b>&lt;</b>", "&amp;lt;b", "<3 & <", "a &b; &#60;i", "&&amp;;"])
def test_markup_survives_the_way_there_and_back(text: str) -> None:
    assert from_chat(to_chat([user(text)])) == [user(text)]


def test_ordinary_text_is_not_touched() -> None:
    said = [user("I <3 rock & roll"), bot("a < b && c > d")]
    assert to_chat(said) == said


@pytest.mark.parametrize("value", [None, "x", [1], [{}], [{"role": "user"}], [{"content": "a"}]])
def test_a_strange_memory_is_an_empty_one(value: Any) -> None:
    assert checked(value) == []


def test_turns_alternate_and_fit() -> None:
    said = [user("a"), user("b"), bot(" "), bot("c"), user("d")]
    assert to_turns(said, 100) == ["a\nb", "c", "d"]
    assert to_turns(said, 2) == ["c", "d"]
    assert to_turns(said, 0) == ["d"]


class TestChatTab:
    """What the events' functions give."""

    @pytest.fixture
    def services(self, model: FakeModel) -> Services:
        services = Services.make(ModelHost(lambda: model), Settings())  # type: ignore[arg-type,return-value]
        services.host.start()
        assert services.host.wait(10)
        return services

    @pytest.fixture
    def tab(self, services: Services) -> ChatTab:
        async def make() -> ChatTab:  # in a loop, or Gradio leaves some open
            with gr.Blocks(analytics_enabled=False):
                return ChatTab(services)

        return asyncio.run(make())

    async def _answers(self, tab: ChatTab, said: list[Said], seed: str | None = None) -> list[Any]:
        return [pair async for pair in tab.answer(said, 0.7, 0.9, 8, seed)]

    @pytest.mark.anyio
    async def test_an_answer_grows(self, tab: ChatTab) -> None:
        shown = [chat for chat, _ in await self._answers(tab, [user("a b")])]
        assert shown[0] == [user("a b"), bot(PENDING)]
        assert shown[1] == [user("a b"), bot("b")]
        assert shown[-1] == [user("a b"), bot("b a")]

    @pytest.mark.anyio
    @pytest.mark.filterwarnings("ignore:no words today")
    async def test_an_error_gives_the_text_back(
        self, tab: ChatTab, model: FakeModel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any, **__: Any) -> Any:
            raise InklingError("no words today")

        monkeypatch.setattr(model, "stream_reply", fail)
        chat, box = (await self._answers(tab, [bot("x"), user("a")]))[-1]
        assert chat == [bot("x")]
        assert box["value"] == "a"

    @pytest.mark.anyio
    async def test_the_seed_is_a_number_or_empty(self, tab: ChatTab, model: FakeModel) -> None:
        for seed in (None, "", " 7 "):
            await self._answers(tab, [user("a")], seed)
        assert [call.get("seed") for call in model.calls] == [None, None, 7]
        for wrong in ("x", "-1", "1" * 19):
            with pytest.warns(UserWarning, match="Seed: a whole number"):
                assert (await self._answers(tab, [user("a")], wrong))[-1][0] == []

    def test_every_message_empties_the_box(self, tab: ChatTab) -> None:
        for _ in range(2):
            box, _ = tab.ask("a", [])
            assert box.pop("value") == ""  # as Gradio does

    def test_blank_and_long_messages_are_not_said(self, tab: ChatTab) -> None:
        assert tab.ask(" \n", []) == tab.ask(None, []) == (gr.skip(), gr.skip())
        with pytest.warns(UserWarning, match=str(LONGEST)):
            assert tab.ask("a" * (LONGEST + 1), []) == (gr.skip(), gr.skip())
        assert tab.ask("a" * LONGEST, [])[1] == [user("a" * LONGEST)]

    def test_undo_and_retry(self, tab: ChatTab) -> None:
        said = [user("a"), bot("b"), user("c"), bot("d")]
        box, chat, memory = tab.undo(said)
        assert box["value"] == "c"
        assert chat == memory == said[:2]
        assert tab.retry(said)[1] == said[:3]
        assert tab.undo([]) == (gr.skip(), gr.skip(), gr.skip())
        assert tab.retry([])[1] == []


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
