"""What a person typed in a message of a WhatsApp export, without what the phone put there.

The phone writes U+200E before its own words (iOS always, Android before files), sets its own notes
in <>, and encloses the name of a mentioned person in U+2068 and U+2069. Those hold in every
language; the phrases below are for exports without such signs, and English first of all.
"""

from __future__ import annotations

import re

from training.corpora.chat import SOMEONE

__all__ = ["is_notice", "plain_name", "typed"]

_PHONE_SIGN = "\u200e"
_MENTION = re.compile("@\u2068[^\u2069\n]{1,100}\u2069|(?<![\\w@])@\\+?\\d{7,15}(?!\\w)")
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FILE = re.compile(r".*\.\w{2,5} \([^()\n]+\)")
_NOT_TYPED = re.compile(
    r"<[^<>\n]{3,60}>"
    r"|null"
    r"|(?:image|video|audio|sticker|GIF|document|Contact card|video note) omitted"
    r"|(?:You deleted this message|This message was deleted)\.?"
    r"|(?:Du hast diese Nachricht gelöscht|Diese Nachricht wurde gelöscht)\.?"
    r"|(?:Eliminaste este mensaje|Se eliminó este mensaje|Este mensaje fue eliminado)\.?"
    r"|(?:Vous avez supprimé ce message|Ce message a été supprimé)\.?"
    r"|(?:Você apagou esta mensagem|Mensagem apagada|Esta mensagem foi apagada)\.?"
    r"|(?:Hai eliminato questo messaggio|Questo messaggio è stato eliminato)\.?"
    r"|Waiting for this message\b.*"
    r"|Missed (?:group )?(?:voice|video) call\b.*"
    r"|(?:live )?location(?: shared)?: https?://\S+"
    r"|live location shared"
    r"|Messages (?:and calls are|to this chat and calls are now|you send to this) .*",
    re.DOTALL,
)
_QUOTE = re.compile('["\u201c\u201d\u201e\u00ab\u00bb]')
_NOTICE = re.compile(
    r"\b(?:changed|created|added|removed|set|updated|turned|pinned|deleted)"
    r" (?:the|this|your|their|a|an|to|from|you|group|on|off)\b"
)


def typed(text: str) -> str:
    """Return what was typed, "" for nothing; mentioned people become SOMEONE."""
    if _DIRECTIONS.sub("", text).startswith("POLL:"):
        return ""
    text = _MENTION.sub(SOMEONE, text)
    lines = [line.partition(_PHONE_SIGN)[0].rstrip() for line in text.split("\n")]
    if _FILE.fullmatch(lines[0]):
        lines = lines[1:]
    text = _DIRECTIONS.sub("", "\n".join(lines))
    text = _without_note(text.strip())
    return "" if _NOT_TYPED.fullmatch(text) else text


def _without_note(text: str) -> str:
    """Strip a note of several words in <> from the end: that the message was edited."""
    before, sign, note = text[:-1].rpartition("<")
    is_note = sign and text.endswith(">") and " " in note and not set(note) & set(">\n")
    return before.rstrip() if is_note else text


def plain_name(sender: str) -> str:
    """Strip a sender of signs that are not of the name ("~" stands before unsaved contacts)."""
    return _DIRECTIONS.sub("", sender).strip("~ \u202f\u00a0")


def is_notice(sender: str) -> bool:
    """Tell a notice that holds a colon from the sender of a message: 'Ana created "Hills: ...'.

    In any language a title that the colon has cut in two leaves an odd number of quotes.
    """
    return _NOTICE.search(sender) is not None or len(_QUOTE.findall(sender)) % 2 == 1
