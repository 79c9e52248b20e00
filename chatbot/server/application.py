"""The FastAPI app, put together: routes, middleware, errors, the page, the model's start."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from chatbot.server import errors
from chatbot.server.body_limit import BodyLimit
from chatbot.server.metrics import Timed
from chatbot.server.model_host import ModelHost
from chatbot.server.origins import SameOrigin
from chatbot.server.page import mount_page
from chatbot.server.routes import ROUTERS
from chatbot.server.services import Services
from chatbot.server.settings import Settings

if TYPE_CHECKING:
    from chatbot import LanguageModel


def create_app(load: Callable[[], "LanguageModel"], settings: Settings) -> FastAPI:
    """Return the app; `load` runs in a thread once the app has started, never before."""
    services = Services.make(ModelHost(load), settings)
    # FastAPI's own pages of documentation load scripts from another host, so there are none
    app = FastAPI(title="Inkling", docs_url=None, redoc_url=None, lifespan=_lifespan(services))
    app.state.services = services
    for router in ROUTERS:
        app.include_router(router)
    errors.install(app)
    _add_middleware(app, services)
    mount_page(app, services)
    return app


def _lifespan(services: Services) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        services.host.start()
        yield

    return lifespan


def _add_middleware(app: FastAPI, services: Services) -> None:
    """Put the guards around the app, the innermost first."""
    settings = services.settings
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes, seconds=settings.body_seconds)
    app.add_middleware(SameOrigin, hosts=settings.allowed_hosts, origins=settings.allowed_origins)
    # Gradio leaves its own lax CORS headers out only when it finds this very class here
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type", "Authorization"],
    )
    paths = frozenset(path for router in ROUTERS for path in map(_path, router.routes))
    app.add_middleware(Timed, metrics=services.metrics, routes=paths)


def _path(route: object) -> str:
    path: str = getattr(route, "path", "")
    return path
