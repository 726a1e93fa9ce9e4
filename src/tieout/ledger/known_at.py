"""Which state of a book a question is about: a version's lines, in today's expenses or in those of the time.

The version says which lines. Which expense a line was in at a publication is found by replay: of the moves logged
since, the first one's ``old``, or where the line is now if it has not moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tieout.ledger import dialect
from tieout.ledger.models import Publication

Value = int | str | list[int]


@dataclass(frozen=True, slots=True)
class KnownAt:
    """A version of a book. ``moves`` is how far the log of moved lines had come then; None: today's mapping."""

    version: int
    moves: int | None = None
    rules: int = 0  # the rules' version then: the log is indexed by it, and later moves have no smaller one


NOTHING = KnownAt(0)
"""Before the first sync."""


def mapping_as_then(publication: Publication) -> KnownAt:
    """Return a publication's lines in the expenses that they were in when it was made."""
    return KnownAt(publication.version, publication.moves, publication.placement_version)


def mapping_today(publication: Publication) -> KnownAt:
    """Return a publication's lines in the expenses that they are in now."""
    return KnownAt(publication.version)


FIRST_MOVES = (
    "SELECT line, MIN(id) AS id FROM ledger_remapping WHERE book = %s AND mapping >= %s AND id > %s GROUP BY line"
)


@dataclass(frozen=True, slots=True)
class ExpenseThen:
    """SQL: the expense of ``line``, the joins that it needs and their values."""

    column: str
    joins: str = ""
    values: tuple[int, ...] = ()


def expense_then(book: int, at: KnownAt, name: str = "moved") -> ExpenseThen:
    """Return how to ask for a line's expense as known then. ``name`` keeps two of them in one query apart."""
    if at.moves is None:
        return ExpenseThen("line.expense")
    joins = (
        f"LEFT JOIN ({FIRST_MOVES}) {name} ON {name}.line = line.id "
        f"LEFT JOIN ledger_remapping {name}_move ON {name}_move.id = {name}.id"
    )
    return ExpenseThen(f"COALESCE({name}_move.old, line.expense)", joins, (book, at.rules, at.moves))


def in_expenses_then(book: int, at: KnownAt, expenses: Sequence[int]) -> tuple[str, list[Value]]:
    """Return the condition that ``line`` was in one of the expenses as known then, and its values; without a join."""
    now, ids = dialect.among("line.expense", expenses)
    if at.moves is None:
        return now, ids
    then, ids_again = dialect.among("gone.old", expenses)
    moved: list[Value] = [book, at.rules, at.moves]
    condition = (
        f"(({now} AND line.id NOT IN (SELECT first.line FROM ({FIRST_MOVES}) first)) OR line.id IN (SELECT first.line "
        f"FROM ({FIRST_MOVES}) first JOIN ledger_remapping gone ON gone.id = first.id WHERE {then}))"
    )
    return condition, [*ids, *moved, *moved, *ids_again]
