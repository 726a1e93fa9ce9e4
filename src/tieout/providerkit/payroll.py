"""What a payroll provider is: who is paid and what was paid, read and never written.

A provider turns a platform's wire format, or a file, into these records and knows nothing of tables, users or Django.
It raises ``providerkit.errors`` and nothing else. Amounts are minor units of the company's currency.
A folder of ``tieout.providers`` is a payroll provider if it exports ``make_payroll``; it may be an accounting one too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

import httpx2

from tieout.core.records import Record
from tieout.providerkit.errors import UnreadableBooks
from tieout.providerkit.interface import About


class PayUnit(StrEnum):
    """What a rate of pay is for."""

    YEAR = "year"
    MONTH = "month"
    WEEK = "week"
    HOUR = "hour"
    PAYCHECK = "paycheck"


class CompensationRecord(Record, frozen=True):
    """What somebody's work is paid from a day on; platforms keep a table of these, future ones too."""

    effective: date
    amount: int
    unit: PayUnit


class PersonRecord(Record, frozen=True):
    """Somebody whom the platform knows. ``ref`` is its id of them; never more is kept than a plan needs."""

    ref: str
    name: str
    contractor: bool = False
    department: str = ""
    title: str = ""
    start: date | None = None
    end: date | None = None
    compensations: tuple[CompensationRecord, ...] = ()  # by effective date


class PayLineRecord(Record, frozen=True):
    """What a run paid one person, and what that cost the company on top.

    Without ``ref`` and ``name`` it is of nobody in particular: a tax of the company itself. Then gross and net are 0.
    """

    ref: str = ""
    name: str = ""
    gross: int = 0
    employer_taxes: int = 0
    benefits: int = 0  # the company's part
    net: int = 0

    @property
    def cost(self) -> int:
        """What it cost the company."""
        return self.gross + self.employer_taxes + self.benefits

    @property
    def of_nobody(self) -> bool:
        """Whether it is of no single person."""
        return not (self.ref or self.name)


class PayRunRecord(Record, frozen=True):
    """One run of pay, whole: what is not in it was not paid. ``period_end`` is the last day that was worked for."""

    external_id: str
    check_date: date
    period_start: date
    period_end: date
    lines: tuple[PayLineRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayrollCapabilities:
    """What this source can tell. The caller asks these, never the provider's name."""

    lists_people: bool  # `people` is everybody, not only who was paid
    tells_pay: bool  # people come with compensations
    sees_removals: bool  # a run that is missing from `pay_runs(None)` is gone at the source


class Payroll(Protocol):
    """One company's payroll, opened; it can only read."""

    @property
    def capabilities(self) -> PayrollCapabilities: ...

    @property
    def problems(self) -> Sequence[UnreadableBooks]:
        """What of a file could not be read, each with its place; `pay_runs` leaves out every run that holds one.

        A platform has none: it raises.
        """
        ...

    def people(self) -> Iterator[PersonRecord]:
        """Yield the people, each ref once, who left included."""
        ...

    def pay_runs(self, since: date | None) -> Iterator[PayRunRecord]:
        """Yield the runs with a check date of ``since`` or later, all if None; by check date, each id once."""
        ...


class PayrollProvider(Protocol):
    """A source of payroll. Made by its folder's ``make_payroll``, found by the registry.

    A platform with a grant also has the verbs of `interface.Provider` for it, and opens a `Payroll` with tokens.
    """

    @property
    def about(self) -> About: ...

    @property
    def configured(self) -> bool:
        """Whether the self-hoster has given the keys that this provider needs; a file needs none."""
        ...


class PayrollFiles(PayrollProvider, Protocol):
    """A provider whose payroll comes as files (``GrantKind.FILE``)."""

    @property
    def head(self) -> tuple[str, ...]:
        """The columns of its template."""
        ...

    def read(self, rows: Sequence[Sequence[str]], *, digits: int, currency: str = "") -> Payroll:
        """Return what the rows of a table hold. Raise UnreadableBooks where they are no such table."""
        ...


class PayrollFactory(Protocol):
    """The name that a payroll provider's folder must export as ``make_payroll``; see `interface.ProviderFactory`."""

    def __call__(
        self, settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None
    ) -> PayrollProvider: ...
