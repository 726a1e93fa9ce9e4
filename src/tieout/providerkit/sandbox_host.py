"""Serves a sandbox over a socket of this machine."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _Handler(WSGIRequestHandler):
    """Werkzeug's handler, but a connection stays open between calls, as the platforms' do.

    Werkzeug closes each connection because an unread body would be taken for the next request; here the body is
    read before the application is asked, and the answer leaves in one piece.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        if environ.get("wsgi.input_terminated"):  # chunked
            body = environ["wsgi.input"].read()
        else:
            body = self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        chunks, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
        answer = b"".join(chunks)
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(answer)))
        head = b"" if self.command == "HEAD" else answer
        self._headers_buffer.append(b"\r\n")
        self.wfile.write(b"".join(self._headers_buffer) + head)
        self._headers_buffer.clear()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def listen(app: WSGIApplication, port: int = 0, host: str = "127.0.0.1") -> BaseWSGIServer:
    """Return a server that listens already; port 0 takes any free one, which ``server.port`` tells."""
    return make_server(host, port, app, threaded=True, request_handler=_Handler)


def serve(app: WSGIApplication, port: int = 0, host: str = "127.0.0.1") -> None:
    """Serve until the process is told to stop. The first line printed is the address."""
    gc.collect()
    gc.freeze()  # the books are there: collecting them again and again would only slow the answers
    server = listen(app, port, host)
    sys.stdout.write(f"http://{host}:{server.port}\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        server.serve_forever()
    server.server_close()


@contextmanager
def served(app: WSGIApplication, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve in a thread for as long as the block runs; give the address."""
    server = listen(app, 0, host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
