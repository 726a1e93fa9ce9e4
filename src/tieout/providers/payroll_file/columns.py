"""The columns of a pay-run file, and the heads that payroll systems give them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from tieout.providerkit.errors import UnreadableBooks

_KNOWN = {
    "check_date": ("Check date", "pay date", "payment date", "paid on", "date paid", "paydate", "payday"),
    "period": ("Period", "pay period", "payroll period"),
    "period_start": ("Period start", "pay period start", "period begin", "period from", "period start date"),
    "period_end": ("Period end", "pay period end", "period to", "period end date"),
    "run": ("Run", "pay run", "run id", "pay run id", "payroll id", "batch"),
    "ref": ("Employee ID", "id", "employee number", "employee no", "employee no.", "worker id"),
    "name": ("Employee", "employee name", "name", "worker", "person", "full name"),
    "gross": ("Gross", "gross pay", "gross wages", "gross earnings", "total gross"),
    "employer_taxes": ("Employer taxes", "employer tax", "company taxes", "employer payroll taxes"),
    "benefits": (
        "Benefits", "employer benefits", "company benefits", "employer contributions", "company contributions",
        "benefit contributions",
    ),
    "net": ("Net", "net pay", "net wages", "take home pay", "net amount"),
}  # fmt: skip
# Heads that say nothing of what the company pays: they may stand in a file and are not read.
_IGNORED = frozenset(
    ("department", "title", "job title", "employee taxes", "taxes withheld", "deductions", "employee deductions",
     "hours", "total hours", "memo", "note", "notes", "payment method", "check number")
)  # fmt: skip
_NEEDED = ("check_date", "gross", "employer_taxes", "benefits", "net")
_LOOKED_AT = 20  # rows in which the head may be
LABELS = {key: names[0] for key, names in _KNOWN.items()}
HEAD = tuple(
    LABELS[key]
    for key in ("check_date", "period_start", "period_end", "ref", "name", "gross", "employer_taxes", "benefits", "net")
)


def folded(text: str) -> str:
    """Return a text as it is compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


_KEYS = {folded(name): key for key, names in _KNOWN.items() for name in names}


def columns(rows: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    """Return the place of the head row, and each column's key, "" for one that is not read.

    Raise UnreadableBooks where no row is such a head, a needed column is missing, two are the same, or one is unknown:
    an unknown column may hold money, and what is not understood is not left out in silence.
    """
    place, head = _head(rows)
    where = f"row {place + 1}"
    keys = [_KEYS.get(folded(cell), "") for cell in head]
    missing = [LABELS[key] for key in _NEEDED if key not in keys]
    if "period" not in keys and not {"period_start", "period_end"} <= set(keys):
        missing.append("Period, or Period start and Period end")
    if not {"ref", "name"} & set(keys):
        missing.append("Employee or Employee ID")
    if missing:
        raise UnreadableBooks(f"these columns are missing: {', '.join(missing)}", where=where)
    if twice := sorted({LABELS[key] for key in keys if key and keys.count(key) > 1}):
        raise UnreadableBooks(f"two columns are taken for {' and for '.join(twice)}; remove one", where=where)
    unknown = [cell for cell, key in zip(head, keys, strict=True) if not key and folded(cell) not in {"", *_IGNORED}]
    if unknown:
        raise UnreadableBooks(
            f"these columns are not known: {', '.join(unknown)}; remove them, or add what the company pays to Benefits",
            where=where,
        )
    return place, keys


def _head(rows: Sequence[Sequence[str]]) -> tuple[int, Sequence[str]]:
    def known(place: int) -> int:
        return sum(folded(cell) in _KEYS for cell in rows[place])

    best = max(range(min(len(rows), _LOOKED_AT)), key=known, default=0)
    if not rows or known(best) < len(("check date", "gross")):
        raise UnreadableBooks(
            "no row names the columns of a pay run, such as Check date, Employee and Gross", where="the first rows"
        )
    return best, rows[best]
