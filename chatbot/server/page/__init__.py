"""The page at /: a Gradio app of two tabs, Chat and Write."""

from chatbot.server.page.mounting import mount_page

__all__ = ["mount_page"]
