"""Readers of what people have, a format a file: document -> conversations.

    document.py       a file, packed or not, or a member of a zip archive: bytes, text, lines
    bad_lines.py      what a malformed line does: stop with its place, or be counted
    json_stream.py    JSON of any size, a value at a time; shape.py: its paths; checks.py: its kinds
    formats.py        which format a document is, by what it holds
    records.py        a JSON record a conversation: turns, messages, sharegpt, chatgpt
    csv_rows.py, plain_text.py, chitchat.py
    whatsapp.py, telegram.py, discord_exporter.py, discord_package.py    chats of months
    chat.py           cuts those into conversations at pauses (config.py: of how many hours), and
                      says what stands for a person's name

`training.corpus` is the front: it takes paths and knows which reader to call.
"""

__all__: list[str] = []
