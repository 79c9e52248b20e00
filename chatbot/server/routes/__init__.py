"""The HTTP routes, a file each."""

from fastapi import APIRouter

from chatbot.server.routes import (
    chat,
    completions,
    demo,
    health,
    memory,
    metrics,
    models,
    offline,
    suggest,
    widget,
)

__all__ = ["ROUTERS"]

ROUTERS: tuple[APIRouter, ...] = tuple(
    module.router
    for module in (
        suggest,
        memory,
        chat,
        completions,
        models,
        health,
        metrics,
        widget,
        offline,
        demo,
    )
)
