"""The web server: the HTTP interface, the widget's script and the page.

It knows the model only through chatbot.LanguageModel, and gets it from a function.
"""

from typing import TYPE_CHECKING, Any

from chatbot.server.serving import serve
from chatbot.server.settings import Settings

if TYPE_CHECKING:
    from chatbot.server.application import create_app

__all__ = ["Settings", "create_app", "serve"]


def __getattr__(name: str) -> Any:
    """Import create_app when it is asked for: with it come seconds of other imports."""
    if name == "create_app":
        from chatbot.server.application import create_app

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
