"""The colours of charts. They are named in ``tokens.css`` alone; a drawing for paper is filled with the light ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_TOKENS = Path(__file__).parent / "static" / "ui" / "tokens.css"
_TOKEN = re.compile(r"--([\w-]+):\s*light-dark\(\s*(#[0-9a-f]{6})\s*,", re.IGNORECASE)
_USED = re.compile(r"var\(--([\w-]+)\)")


def token(name: str) -> str:
    """Return how a colour of the tokens is named in a drawing."""
    return f"var(--{name})"


@cache
def light() -> Mapping[str, str]:
    """Return the light theme's colours by name."""
    return dict(_TOKEN.findall(_TOKENS.read_text(encoding="utf-8")))


def printed(svg: str) -> str:
    """Return a drawing with the light theme's colours in place of their names."""
    return _USED.sub(lambda found: light()[found.group(1)], svg)
