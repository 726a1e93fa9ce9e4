"""What is said beside a figure of the Actuals page: who typed it over what, what the books say now, what adjusts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tieout.core.accounts import AccountType
from tieout.core.actuals import Figure, Origin, SectionMonth
from tieout.core.statements import natural
from tieout.planning.actual_cash import CashActuals
from tieout.planning.actual_records import EMPLOYEE, Record
from tieout.planning.actuals import Actuals, MovedCell
from tieout.ui.figures import count, day, difference, short_day

NOBODY = "somebody who has left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Writes notes in one currency's decimals. ``names`` are of those who typed; ``now`` is aware."""

    digits: int
    names: Mapping[int, str]
    now: datetime
    pay_shown: bool = True

    def amount(self, amount: int, *, income: bool) -> str:
        """Return an amount in the sign that is shown."""
        return difference(signed(amount, income=income), self.digits)

    def who(self, record: Record) -> str:
        """Return who typed it and when: "Ann on 3 Nov"."""
        name = self.names.get(record.person, NOBODY) if record.person else NOBODY
        when = timezone.localtime(record.at)
        same = when.year == timezone.localtime(self.now).year
        return f"{name} on {short_day(when) if same else day(when)}"

    def typed(self, record: Record, *, income: bool) -> str:
        """Return "typed by Ann on 3 Nov over 1,234.00"."""
        over = (
            "where the books had nothing" if record.over is None else f"over {self.amount(record.over, income=income)}"
        )
        if record.row.startswith(EMPLOYEE):
            over = "where no pay run says it"
        return f"Typed by {self.who(record)} {over}"

    def line(self, figure: Figure, record: Record | None, *, income: bool) -> str:
        """Return what is to be said of a line's or a section's month."""
        if record is not None:
            said = self.typed(record, income=income)
            return f"{self.books_say(figure, income=income)}. {said}" if figure.moved_on else said
        return "Estimated: there is no actual, its forecast stands in" if figure.origin is Origin.ESTIMATED else ""

    def books_say(self, figure: Figure, *, income: bool) -> str:
        """Return "Books now say 1,300.00"."""
        if figure.imported is None:
            return "Books now say nothing"
        return f"Books now say {self.amount(figure.imported, income=income)}"

    def adjustment(self, found: SectionMonth, moved: Sequence[MovedCell], *, income: bool) -> str:
        """Return what an adjustment is the difference of, and which typed amounts moved into it."""
        if found.own.typed is not None:
            whole = "The typed subtotal"
        else:
            whole = "The lines and what moved here" if found.own.imported is None else "The books' total"
        total, lines = (self.amount(it, income=income) for it in (found.total, found.summed))
        said = f"{whole} {total} less the lines {lines}"
        told = [f"{self.moved_label(it.record)} {self.moved_amount(it.record, income=income)}" for it in moved]
        return f"{said}. Its row is gone: {', '.join(told)}" if told else said

    def unexplained(self, amount: int, typed: int) -> str:
        """Return what an unexplained change of cash consists of."""
        if not typed:
            return "No posting of the books says why"
        books = self.amount(amount - typed, income=False)
        return f"Typed balances make {self.amount(typed, income=False)} of it; the books leave {books} unexplained"

    def shows(self, record: Record) -> bool:
        """Return whether the reader may see the amount: a person's pay is for those who may see pay."""
        return self.pay_shown or not record.row.startswith(EMPLOYEE)

    def moved_label(self, record: Record) -> str:
        """Return what a row that is gone was called."""
        return (record.label or record.row) if self.shows(record) else "A person"

    def moved_amount(self, record: Record, *, income: bool) -> str:
        """Return its amount, unless the reader may not see it."""
        return self.amount(record.amount, income=income) if self.shows(record) else "hidden"


def signed(amount: int, *, income: bool) -> int:
    """Return an amount as its section shows it: positive in the normal direction of income or of a cost."""
    return natural(amount, AccountType.INCOME if income else AccountType.EXPENSE)


def span_words(typed: int, moved_on: int, estimated: int) -> str:
    """Return what is to be said of a sum of months: "2 typed months, 1 of which the books moved under"."""
    parts = [count(typed, "typed month")] if typed else []
    parts += [f"{moved_on} where the books say something else by now"] if moved_on else []
    parts += [count(estimated, "estimated month")] if estimated else []
    return ", ".join(parts)


def typists(found: Actuals | CashActuals) -> set[int | None]:
    """Return who typed anything of a range."""
    return {it.person for it in found.records.values()} | {it.record.person for it in found.moved}
