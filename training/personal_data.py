"""Replace what could name a person to others by values that are nobody's.

A language model can repeat its training text word for word (Carlini 2021, arXiv:2012.07805), so
what must not be said must not be learned. The values put in are those kept free for examples
(RFC 2606 domains, 555-01xx telephone numbers), so that a completion reads on naturally.

Found by form: e-mail, telephone, payment card (with a valid Luhn digit), US social security
number, IBAN, street address. Names are not found: no form tells them from words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

__all__ = ["PLACEHOLDERS", "scrub"]

PLACEHOLDERS = {
    "e-mail addresses": "name@example.com",
    "card numbers": "0000 0000 0000 0000",
    "account numbers (IBAN)": "XX00 0000 0000 0000",
    "social security numbers": "000-00-0000",
    "telephone numbers": "555-0100",
    "street addresses": "1 Main Street",
}
"""What stands for each kind, in the order they are looked for."""

_STREETS = (
    "street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|square|sq|"
    "terrace|ter|highway|hwy|parkway|pkwy|way|circle|cir"
)
_FORMS = {
    "e-mail addresses": r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "card numbers": r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])",
    "account numbers (IBAN)": r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b",
    "social security numbers": r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])",
    "telephone numbers": (
        r"(?<![\w.+/-])(?:\+\d{1,3}[ .-]?)?"
        r"(?:\(\d{2,4}\) ?\d{3}[ .-]?\d{3,4}|\d{3}[ .-]\d{3}[ .-]\d{4}|\d{3}[.-]\d{4})"
        r"(?![\w/-]|\.\d)"
        r"|(?<![\w.+/-])\+\d{1,3}(?:[ .-]?\d{2,4}){2,5}(?![\w/-]|\.\d)"
    ),
    "street addresses": (
        r"(?<![\w$.,:/-])(?!(?:19|20)\d\d )\d{1,5}"
        r"(?: (?:[NSEW]|[NSEW][EW]|North|South|East|West)\.?)?"
        rf"(?: (?:[A-Z][a-z]+|\d+(?:st|nd|rd|th))){{1,3}} (?i:{_STREETS})\b\.?"
    ),
}
_PATTERNS = {kind: re.compile(form) for kind, form in _FORMS.items()}
_MAY_HOLD = re.compile(r"[@\d]")


def scrub(text: str, found: Counter[str]) -> str:
    """Replace personal data in `text` by placeholders, and count it in `found` by kind."""
    if not _MAY_HOLD.search(text):
        return text
    for kind, pattern in _PATTERNS.items():
        text = pattern.sub(_replace(kind, found), text)
    return text


def _replace(kind: str, found: Counter[str]) -> Callable[[re.Match[str]], str]:
    def put(match: re.Match[str]) -> str:
        if match.group() == PLACEHOLDERS[kind]:
            return match.group()
        if kind == "card numbers" and not _is_card(match.group()):
            return match.group()
        found[kind] += 1
        return PLACEHOLDERS[kind]

    return put


def _is_card(text: str) -> bool:
    """Check the last digit (Luhn, ISO/IEC 7812); what counts up or repeats is no card."""
    digits = [int(c) for c in text if c.isdigit()]
    doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits[::-1])]
    return sum(doubled) % 10 == 0 and len(set(digits)) > 1
