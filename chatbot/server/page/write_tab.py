"""The Write tab: a plain text area that the widget completes through /v1/suggest, and what was
learned from it (static/learned.js).

Not a Gradio textbox: a keystroke through Gradio's events takes ten times as long, and with eight
users two hundred times.
"""

import gradio as gr

WRITE = """
<section class="ink-write">
  <label for="ink-text">Write here, and Inkling goes on</label>
  <textarea id="ink-text" data-inkling rows="10" spellcheck="true"
    aria-describedby="ink-keys ink-live"
    placeholder="Start a sentence: suggestions come as you type."></textarea>
  <p id="ink-keys" class="ink-keys"><span class="ink-fine" dir="ltr"><kbd>Tab</kbd> takes what is
    shown, <kbd>Alt</kbd> <kbd>]</kbd> moves to the next one, <kbd>Esc</kbd> puts it away.</span>
    <span class="ink-touch">Tap a suggestion above the keyboard to take it.</span></p>
  <p id="ink-live" class="ink-live">
    <span>Keystrokes saved: <b data-saved dir="ltr">0</b></span>
    <span>Last suggestion: <b data-latency dir="ltr">none yet</b></span>
  </p>
  <p id="ink-trouble" class="ink-trouble" role="alert" hidden></p>
  <inkling-learned class="ink-learned"></inkling-learned>
  <p class="ink-keys">In your own page: <a href="/demo">try every option, and copy the code</a>.</p>
</section>
"""


def build() -> None:
    """Put the tab's content into the Blocks context; page.js and the widget bring it to life."""
    gr.HTML(WRITE, elem_id="ink-write")
