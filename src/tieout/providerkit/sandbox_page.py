"""The pages of a sandbox that a person sees. They work without script."""

from __future__ import annotations

from html import escape
from pathlib import Path

from werkzeug.wrappers import Response

_CSS = (Path(__file__).parent / "sandbox.css").read_text()

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {platform} sandbox</title>
<link rel="stylesheet" href="/sandbox.css">
</head>
<body>
<p class="banner">Sandbox — not the real {platform}</p>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def page(title: str, body: str, *, platform: str, status: int = 200) -> Response:
    """Return a page. ``body`` is HTML already; the stylesheet is expected at ``/sandbox.css``."""
    response = Response(
        _PAGE.format(title=escape(title), body=body, platform=escape(platform)),
        status=status,
        content_type="text/html; charset=utf-8",
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
    response.headers["Cache-Control"] = "no-store"
    return response


def stylesheet() -> Response:
    """Return the pages' one stylesheet."""
    return Response(_CSS, content_type="text/css; charset=utf-8")
