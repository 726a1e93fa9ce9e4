"""A sandbox's answers, recorded once and replayed from memory: so that the sandbox does not limit what is measured."""

from __future__ import annotations

import re

import httpx2

_REQUEST_ID = re.compile(r"[?&](requestid|rand)=[^&]*")


class Replay(httpx2.BaseTransport):
    """Answers each known read from memory, and asks the sandbox once for the others."""

    def __init__(self, inner: httpx2.BaseTransport) -> None:
        self._inner = inner
        self._kept: dict[str, httpx2.Response] = {}
        self.bytes = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the recorded answer; POSTs (the grant) always go to the sandbox."""
        if request.method != "GET" or "/v3/company/" not in request.url.path:
            return self._inner.handle_request(request)
        key = _REQUEST_ID.sub("", str(request.url))
        if key not in self._kept:
            answer = self._inner.handle_request(request)
            answer.read()
            self.bytes += len(answer.content)
            self._kept[key] = answer
        kept = self._kept[key]
        return httpx2.Response(kept.status_code, headers=kept.headers, content=kept.content)
