"""What a change of a line says in words: each field that differs, before and after."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.core.money import currency_digits, to_text
from tieout.expenses.labels import Labels
from tieout.ledger.changes_names import Written, WrittenChange
from tieout.ui.figures import day

NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that says something else now."""

    what: str
    before: str
    after: str


def differences(changed: WrittenChange, placed: Labels) -> tuple[Difference, ...]:
    """Return what differs beside the amount; nothing for a line that is on one side only."""
    before, after = changed.before, changed.after
    if before is None or after is None:
        return ()
    pairs = zip(_fields(before, placed), _fields(after, placed), strict=True)
    return tuple(Difference(what, was or NOTHING, now or NOTHING) for (what, was), (_, now) in pairs if was != now)


def expense_name(account: int, expense: int, placed: Labels) -> str:
    """Return the name of the linked expense or stream that a line is in, "" for its account's own."""
    if not expense:
        return ""
    label = placed.by_expense.get(expense)
    if label is None:
        return "one that is gone"
    own = placed.by_account.get(account)
    return "" if own is not None and own.expense == expense else label.name


def _fields(side: Written, placed: Labels) -> tuple[tuple[str, str], ...]:
    line = side.line
    expense = expense_name(line.account, line.expense, placed)
    return (
        ("Date", day(line.date)),
        ("Account", side.account),
        (_what(line.expense, placed), expense or (f"{side.account}'s own" if line.expense else "")),
        ("Number", line.number),
        ("Party", side.party),
        ("Item", side.item),
        ("Dimensions", side.dimensions),
        ("Text", side.text),
        ("Original amount", _original(side)),
    )


def _what(expense: int, placed: Labels) -> str:
    label = placed.by_expense.get(expense)
    return "Stream" if label and label.income else "Expense"


def _original(side: Written) -> str:
    currency = side.line.currency
    return f"{to_text(side.line.currency_amount, currency_digits(currency))} {currency}" if currency else ""
