"""Accounts under their parents: a parent is the sum of its own postings and of its children."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from tieout.ledger.accounts import Account
from tieout.reports.document import Row, RowKind
from tieout.reports.outline import outline

Line = Callable[[Account], Row]
"""The row of an account's own figures, at any level."""


def with_parents(
    shown: Collection[int], accounts: Mapping[int, Account], alike: Callable[[Account, Account], bool]
) -> set[int]:
    """Return the accounts and those above them that stand in the same place, so that no child loses its name."""
    found: set[int] = set()
    for id_ in shown:
        current: int | None = id_
        while (
            current is not None
            and current in accounts
            and current not in found
            and alike(accounts[current], accounts[id_])
        ):
            found.add(current)
            current = accounts[current].parent
    return found


def family_rows(
    accounts: Mapping[int, Account], shown: Collection[int], own: Collection[int], *, level: int, line: Line
) -> list[Row]:
    """Return the rows of accounts, each below its parent. ``own`` are those with figures of their own."""
    rows = [(line(account), depth) for account, depth in outline(accounts, shown)]
    return nest(rows, level=level, own=lambda row: row.account is not None and row.account.row in own)


def nest(lines: Sequence[tuple[Row, int]], *, level: int, own: Callable[[Row], bool]) -> list[Row]:
    """Return lines, given with their depth below each other, as families from a level on.

    A parent of others is a sum, "family:account:7"; what was posted on it alone, if anything was, is a line below it.
    """
    rows: list[Row] = []
    parts: dict[int, list[str]] = {}  # by the position of the family's row
    above: list[tuple[int, int]] = []  # depth and position of the families that are open
    for place, (line, depth) in enumerate(lines):
        while above and above[-1][0] >= depth:
            above.pop()
        parent = place + 1 < len(lines) and lines[place + 1][1] > depth
        row = replace(line, level=level + depth)
        head = _family(row) if parent else row
        if above:
            parts[above[-1][1]].append(head.key)
        if parent:
            above.append((depth, len(rows)))
            parts[len(rows)] = [row.key] if own(row) else []
            rows.append(head)
            if not own(row):
                continue
            row = replace(row, level=level + depth + 1, label=f"{row.label} itself")
        rows.append(row)
    for at, keys in parts.items():
        rows[at] = replace(rows[at], parts=tuple(keys))
    return rows


def _family(row: Row) -> Row:
    return Row(
        key=f"family:{row.key}", label=row.label, kind=RowKind.SUM, level=row.level, sign=row.sign,
        favourable=row.favourable, account=row.account, badge=row.badge,
    )  # fmt: skip


def tops(rows: Collection[Row], level: int) -> tuple[str, ...]:
    """Return the keys of the rows of a level: what the row above them is the sum of."""
    return tuple(row.key for row in rows if row.level == level)
