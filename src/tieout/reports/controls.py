"""What the bar above a report offers: months, columns, comparison, filters, and as of which sync."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tieout.core.accounts import AccountType
from tieout.core.money import to_text
from tieout.departments import queries as departments
from tieout.expenses.periods import By
from tieout.expenses.sections import PAYROLL, PAYROLL_LABEL, UNASSIGNED, UNASSIGNED_LABEL
from tieout.ledger.models import ListKind, Publication
from tieout.ledger.names import listed_names
from tieout.reports.catalogue import Offer
from tieout.reports.profit_by_dimension import PREFIX
from tieout.reports.queries import LedgerAt, changed_since, recent_syncs
from tieout.reports.question import AHEAD_PRESETS, COMPARE_WORDS, PRESETS, Question
from tieout.ui.figures import short_month


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something to choose."""

    key: str
    word: str
    chosen: bool
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """The bar. An empty list leaves its control out."""

    range: str  # "Oct 25 – Sep 26"
    first: str
    last: str
    named: bool  # whether months were named, rather than a preset
    presets: tuple[Choice, ...]
    by: tuple[Choice, ...]
    compare: tuple[Choice, ...]
    compared: str
    views: tuple[Choice, ...]
    sections: tuple[Choice, ...]
    values: tuple[Choice, ...]
    accounts: tuple[Choice, ...]
    least: str | None  # None leaves it out
    find: str
    shares: str  # "% of revenue", "" where the report has no shares
    share: bool  # whether they are shown
    exact: bool
    narrowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownHead:
    """As of which sync a report is known, and which others there are. Names are those of ``_known.html``."""

    basis: str
    currency: str
    sync: int
    at: datetime
    latest: int
    syncs: tuple[Publication, ...]
    changed: int

    @property
    def old(self) -> bool:
        """Whether a later sync exists."""
        return self.sync != self.latest


def known_head(at: LedgerAt) -> KnownHead:
    """Return what a report's head says of the books."""
    syncs = tuple(recent_syncs(at.company))
    return KnownHead(
        basis=at.book.basis,
        currency=at.book.currency,
        sync=at.publication.number,
        at=at.publication.at,
        latest=syncs[0].number,
        syncs=syncs,
        changed=changed_since(at),
    )


def controls(report: Offer, at: LedgerAt, asked: Question) -> Controls:
    """Return the bar of a report as it was asked for."""
    first, last = short_month(asked.first), short_month(asked.last)
    views = report.views(at)
    presets = PRESETS | (AHEAD_PRESETS if report.defaults.ahead else {})
    return Controls(
        range=first if asked.first == asked.last else f"{first} – {last}",
        first=str(asked.first),
        last=str(asked.last),
        named=not asked.preset,
        presets=tuple(Choice(key=key, word=word, chosen=key == asked.preset) for key, word in presets.items()),
        by=() if not report.by_columns or asked.view.startswith(PREFIX) else tuple(
            Choice(key=it.value, word=it.value.capitalize(), chosen=it is asked.by) for it in By
        ),
        compare=tuple(
            Choice(key=it.value, word=word, chosen=it is asked.compare) for it, word in COMPARE_WORDS.items()
        ) if report.compares else (),
        compared=short_month(asked.against) if asked.against else COMPARE_WORDS[asked.compare],
        views=tuple(
            Choice(key=key, word=word, chosen=key == (asked.view or views[0][0])) for key, word in views
        ),
        sections=_sections(at, asked) if report.by_department else (),
        values=_values(at, asked) if report.by_dimension else (),
        accounts=_accounts(at, asked, every=report.every_account) if report.by_account else (),
        least=(to_text(asked.least, at.book.digits) if asked.least else "") if report.by_least else None,
        find=asked.search if report.searches else "",
        shares=report.shares,
        share=asked.share and bool(report.shares),
        exact=asked.exact,
        narrowed=bool(asked.sections or asked.values or asked.accounts or asked.least or asked.search),
    )  # fmt: skip


def _sections(at: LedgerAt, asked: Question) -> tuple[Choice, ...]:
    named = [(f"department:{it.pk}", it.name, it.group.label) for it in departments.departments(at.company)]
    named += [(PAYROLL, PAYROLL_LABEL, ""), (UNASSIGNED, UNASSIGNED_LABEL, "")]
    return tuple(Choice(key=key, word=word, group=group, chosen=key in asked.sections) for key, word, group in named)


def _accounts(at: LedgerAt, asked: Question, *, every: bool) -> tuple[Choice, ...]:
    return tuple(
        Choice(key=str(it.id), word=it.label, chosen=it.id in asked.accounts, group=it.type.value if every else "")
        for it in at.accounts.values()
        if every or it.type is AccountType.EXPENSE
    )


def _values(at: LedgerAt, asked: Question) -> tuple[Choice, ...]:
    """Return the dimensions' values, those of one dimension together."""
    dimensions = listed_names(at.book, ListKind.DIMENSION, at.version)
    names = {it.external_id: it.name for it in dimensions.values()}
    rows = listed_names(at.book, ListKind.VALUE, at.version).values()
    choices = [
        Choice(key=str(it.id), word=it.label, group=names.get(it.scope, ""), chosen=it.id in asked.values)
        for it in rows
    ]
    return tuple(sorted(choices, key=lambda it: (it.group.casefold(), it.word.casefold())))
