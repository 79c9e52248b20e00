"""Run the server: take the port, load the model behind it, stop on Ctrl-C.

Heavy imports wait until the port is ours, so that a port in use is told at once.
"""

import errno
import socket
import sys
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING

from chatbot.server.settings import Settings

if TYPE_CHECKING:
    import uvicorn

    from chatbot import LanguageModel


def serve(settings: Settings) -> int:
    """Serve until stopped; return the exit code: 0, or 1 after one line on stderr."""
    try:
        listener = _listen(settings)
    except OSError as error:
        return _complain(_why_not(error, settings))
    with listener:
        return _Run(settings, listener).run()


class _Run:
    """One server from its start to its end, and what became of its model."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self.settings = settings
        self.listener = listener
        self.url = _url(settings.host, listener.getsockname()[1])
        self.model: Future[LanguageModel] = Future()
        self.server: uvicorn.Server | None = None

    def run(self) -> int:
        print(f"Inkling is at {self.url} (starting; Ctrl-C stops it)", flush=True)
        threading.Thread(target=self._load, name="load", daemon=True).start()
        try:
            self.server = self._server()
            if not self._failed():
                self.server.run(sockets=[self.listener])
        except KeyboardInterrupt:  # uvicorn raises the signal again once it has closed everything
            pass
        if self._failed():
            return _complain(f"the model did not load: {self.model.exception()}")
        return 0

    def _failed(self) -> bool:
        return self.model.done() and self.model.exception() is not None

    def _load(self) -> None:
        """Load the model while the main thread still imports the page's many modules."""
        from chatbot import load

        begun = time.perf_counter()
        try:
            model = load(self.settings.checkpoint, offensive=self.settings.offensive)
        except Exception as error:
            self.model.set_exception(error)
        else:
            self.model.set_result(model)
            print(f"{model.name} is ready after {time.perf_counter() - begun:.1f} s", flush=True)

    def _server(self) -> "uvicorn.Server":
        import uvicorn

        from chatbot.server.application import create_app

        config = uvicorn.Config(
            create_app(self._loaded, self.settings),
            log_level="warning",
            server_header=False,
            timeout_keep_alive=self.settings.keep_alive_seconds,
            timeout_graceful_shutdown=self.settings.shutdown_seconds,
        )
        return uvicorn.Server(config)

    def _loaded(self) -> "LanguageModel":
        """Wait for the model; when there is none end the server, which could only answer 503."""
        try:
            return self.model.result()
        except Exception:
            if self.server is not None:
                self.server.should_exit = True
            raise


def _listen(settings: Settings) -> socket.socket:
    """Return a socket that listens; OSError when the address can't be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio turns Nagle's wait off only for sockets that name TCP: else each answer takes 40 ms
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # a server that has just stopped leaves its port waiting: take it, nobody listens there
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def _why_not(error: OSError, settings: Settings) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {settings.port} of {settings.host} is in use: stop what uses it, "
            "or choose another with --port (0 takes a free one)"
        )
    if error.errno == errno.EACCES:
        return f"port {settings.port} needs more rights: choose one above 1023 with --port"
    return f"can't listen on {settings.host} port {settings.port}: {error.strerror or error}"


def _url(host: str, port: int) -> str:
    """Return the address to open in a browser on this machine."""
    if host in ("0.0.0.0", "::", ""):
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _complain(message: str) -> int:
    print(f"inkling: {message}", file=sys.stderr, flush=True)
    return 1
