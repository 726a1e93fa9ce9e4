"""Which entries of two versions are one thing that changed: the same key, the same record, or one that another undoes.

Some platforms write an entry anew, others add one that undoes it and one that stands in its place, and a record may be
read from another source under other keys. People see one change of one record in all three cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from tieout.ledger.models import Book
from tieout.ledger.movements import BORN, ENDED

# An entry without a record is a group of its own with what undoes it. What has ended goes with what has its key now.
_GROUP = "CASE WHEN {0}.record <> '' THEN {0}.record WHEN {0}.reverses <> '' THEN {0}.reverses ELSE {0}.key END"
_NETTED = """
    WITH moved AS (
        SELECT entry.id, entry.key, entry.reverses, entry.date, 1 AS born, {group} AS told
        FROM ledger_entry entry WHERE entry.book = %s AND {born}
        UNION ALL
        SELECT entry.id, entry.key, entry.reverses, entry.date, 0 AS born, COALESCE((
            SELECT {group_now} FROM ledger_entry now WHERE now.book = entry.book AND now.key = entry.key AND {born_now}
        ), {group}) AS told
        FROM ledger_entry entry WHERE entry.book = %s AND {ended}
    ), netted AS (
        SELECT told FROM moved GROUP BY told
        HAVING MIN(born) <> MAX(born) OR MAX(CASE WHEN reverses <> '' THEN 1 ELSE 0 END) = 1
    )
    SELECT moved.told, moved.id, moved.key, moved.date, moved.born, CASE WHEN EXISTS (
        SELECT 1 FROM ledger_entry undone WHERE undone.book = %s AND undone.key = moved.reverses
        AND +undone.valid_from <= CASE WHEN moved.born = 1 THEN %s ELSE %s END
        AND +undone.valid_to > CASE WHEN moved.born = 1 THEN %s ELSE %s END
    ) THEN moved.reverses ELSE '' END
    FROM moved WHERE moved.told IN (SELECT told FROM netted)
"""


class Netted(NamedTuple):
    """An entry that came or went, in a group with others. ``undoes`` is the key of the visible one that it undoes."""

    id: int
    key: str
    born: bool
    undoes: str

    @property
    def stands(self) -> bool:
        """Whether its lines are on the side of what is there now: to undo what was there is to take it away."""
        return self.born != bool(self.undoes)


Group = list[Netted]


def netted(book: Book, older: int, newer: int) -> list[Group]:
    """Return the entries that came or went between two versions and belong together, by the date of what stands.

    An entry alone in its group, added or removed, is in none of them. Before the first version nothing is: whatever
    was undone within it was never seen. One query; the cost follows what changed.
    """
    if not older:
        return []
    query = _NETTED.format(
        group=_GROUP.format("entry"),
        group_now=_GROUP.format("now"),
        born=BORN,
        born_now=about(BORN, "now"),
        ended=ENDED,
    )
    values = [book.pk, older, newer, newer, older, newer, newer, book.pk, older, newer, older]
    values += [book.pk, newer, older, newer, older]
    groups: defaultdict[str, list[tuple[str, Netted]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        for told, id_, key, day, born, undoes in cursor.fetchall():
            groups[told].append((str(day), Netted(id_, key, bool(born), undoes)))
    placed = sorted((_place(group), sorted(it for _, it in group)) for group in groups.values())
    return [group for _, group in placed]


def about(condition: str, alias: str) -> str:
    """Return a condition on another entry that is sought by its key: the plus keeps SQLite from seeking by version."""
    return condition.replace("entry.", f"+{alias}.")


def _place(group: Sequence[tuple[str, Netted]]) -> tuple[str, int]:
    standing = [(day, it.id) for day, it in group if it.stands]
    return max(standing or [(day, it.id) for day, it in group])


def without_pairs(group: Group) -> Group:
    """Return the group without those that came, or went, together with what undoes them: neither was ever seen."""
    pairs = {(it.undoes, it.born) for it in group if it.undoes}
    undone = {it.key for it in group if not it.undoes and (it.key, it.born) in pairs}
    return [it for it in group if it.key not in undone and it.undoes not in undone]
