"""Text on its way into a spreadsheet."""

from __future__ import annotations

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """Return a text that a spreadsheet shows and does not compute (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_STARTS) else text


def as_typed(text: str) -> str:
    """Return the text that ``harmless`` made harmless, so that an export can be read again."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_STARTS) else text


def as_meant(text: str) -> str:
    """Return a text that came out of a spreadsheet's file without the mark that ``harmless`` put before it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_STARTS) else text
