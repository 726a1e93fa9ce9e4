"""Serves a sandbox over a socket of this machine."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections open between calls, as the platforms do

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def listen(app: WSGIApplication, port: int = 0, host: str = "127.0.0.1") -> BaseWSGIServer:
    """Return a server that listens already; port 0 takes any free one, which ``server.port`` tells."""
    return make_server(host, port, app, threaded=True, request_handler=_Handler)


def serve(app: WSGIApplication, port: int = 0, host: str = "127.0.0.1") -> None:
    """Serve until the process is told to stop. The first line printed is the address."""
    server = listen(app, port, host)
    sys.stdout.write(f"http://{host}:{server.port}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


@contextmanager
def served(app: WSGIApplication, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve in a thread for as long as the block runs; give the address."""
    server = listen(app, 0, host)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
