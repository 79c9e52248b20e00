"""The page's frame: what Inkling is, how far the model is, the two tabs."""

import html

import gradio as gr

from chatbot.server.page import write_tab
from chatbot.server.page.chat_tab import QUICK, ChatTab
from chatbot.server.services import Services

# Seconds between Gradio's looks at its queue. With its own 0.001 an idle server took 7 % of a core.
# A chat message waits 0.01 longer, half of this.
QUEUE_PAUSE = 0.02
HEADER = """
<header class="ink-header">
  <h1>Inkling</h1>
  <p>A small language model on your own machine: it finishes what you type and answers what
  you say. Nothing leaves this server.</p>
</header>
"""


def build(services: Services) -> gr.Blocks:
    """Return the page, not yet mounted."""
    blocks = gr.Blocks(title="Inkling", analytics_enabled=False)
    with blocks:
        gr.HTML(HEADER)
        banner = gr.HTML(_banner(services), elem_id="ink-banner", visible=_waits(services))
        with gr.Tabs():
            with gr.Tab("Chat", id="chat"):
                chat = ChatTab(services)
            with gr.Tab("Write", id="write", render_children=True):
                write_tab.build()
        timer = gr.Timer(1.0, active=False)

        def look(first: bool) -> tuple[object, object, object]:
            """Follow the model until it is ready, and only then let people type."""
            if not first and services.host.status == "loading":
                return gr.skip(), gr.skip(), gr.skip()
            waits = _waits(services)
            return (
                gr.HTML(_banner(services), visible=waits),
                chat.box_for(services.host.status),
                gr.Timer(active=services.host.status == "loading"),
            )

        outputs = [banner, chat.box, timer]
        blocks.load(lambda: look(True), None, outputs, **QUICK)
        timer.tick(lambda: look(False), None, outputs, **QUICK)
        chat.connect(blocks)
    blocks.queue(
        max_size=services.settings.queue_size,
        default_concurrency_limit=services.settings.generations,
        api_open=False,
    )
    blocks._queue.sleep_when_free = QUEUE_PAUSE
    blocks._queue.progress_update_sleep_when_free = 10 * QUEUE_PAUSE  # nothing here shows progress
    return blocks


def _waits(services: Services) -> bool:
    return services.host.status != "ready"


def _banner(services: Services) -> str:
    """Return what to say about the model, as HTML."""
    if services.host.failure is not None:
        reason = html.escape(services.host.failure)
        return f'<p role="alert" class="ink-failed">The model did not load: {reason}</p>'
    return '<p role="status" class="ink-loading">The model is loading; it takes a few seconds.</p>'
