"""A formula's text as tokens. Every character of it is in a token or is a space."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tieout.core.formulas.errors import FormulaError

LONGEST = 2_000  # characters of a formula
_MOST_DIGITS = 30  # of a number


class Kind(StrEnum):
    """What a token is. A sign's token carries its own sign, in plain form, as text."""

    NUMBER = "number"
    NAME = "name"
    STORED = "stored"  # {a60}: a name as it is kept
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text, from ``start`` up to but without ``end``."""

    kind: Kind
    text: str
    start: int
    end: int


_QUOTED = r"'(?:[^']|'')+'"
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
    | (?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
    | (?P<name>(?:[^\W\d]\w*|{_QUOTED})(?:\.(?:\w+|{_QUOTED}))*)
    | (?P<stored>\{{[a-z]+[0-9]*\}})
    | (?P<sign><=|>=|<>|[-+*/()\[\],%=<>−×÷≤≥≠])
    """,
    re.VERBOSE,
)
_PART = re.compile(rf"\.?({_QUOTED}|\w+)")
_PLAIN_PART = re.compile(r"\w+")
_PLAIN_FIRST = re.compile(r"[^\W\d]\w*")
_PLAIN = {"−": "-", "×": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "<>"}


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens and one at the end. Raise FormulaError for a character that no formula holds."""
    if len(text) > LONGEST:
        raise FormulaError(f"The formula is longer than {LONGEST:,} characters. Put parts of it into variables.", 0, 0)
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _stranger(text, at)
        kind, piece = str(found.lastgroup), found.group()
        if kind == "number" and len(piece) > _MOST_DIGITS:
            raise FormulaError(f"The number has more than {_MOST_DIGITS} digits.", at, found.end())
        if kind != "space":
            yield Token(Kind(kind), _PLAIN.get(piece, piece), at, found.end())
        at = found.end()
    yield Token(Kind.END, "", at, at)


def parts_of(name: str) -> tuple[str, ...]:
    """Return a name's parts without their quotes: ``Department.'Human resources'`` has two."""
    return tuple(
        part[1:-1].replace("''", "'") if part.startswith("'") else part for part in _PART.findall(name)
    )  # fmt: skip


def name_of(parts: tuple[str, ...]) -> str:
    """Return parts as the name that a formula spells, with quotes where they are needed."""
    return ".".join(
        part if (_PLAIN_PART if place else _PLAIN_FIRST).fullmatch(part) else "'" + part.replace("'", "''") + "'"
        for place, part in enumerate(parts)
    )


def _stranger(text: str, at: int) -> FormulaError:
    match text[at]:
        case "'":
            end = len(text) if text[at + 1 : at + 2] != "'" else at + 2
            return FormulaError("This quote is not closed. A quoted name ends with another '.", at, end)
        case "{" | "}":
            return FormulaError("Braces have no meaning here. Write the name of a variable.", at, at + 1)
        case '"' | "’" | "‘" | "“" | "”" | "`":
            return FormulaError(
                "Names with spaces are written in straight single quotes: 'Human resources'.", at, at + 1
            )
        case ".":
            return FormulaError("A point stands inside a number or between the parts of a name.", at, at + 1)
        case _:
            return FormulaError(f"“{text[at]}” has no meaning in a formula.", at, at + 1)
