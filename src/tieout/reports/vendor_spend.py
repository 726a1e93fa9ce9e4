"""Vendor spend: who the expenses went to, month by month, largest first; its foot is the total expense.

A refund is negative, and so is its share: the shares of all rows are of the whole, after refunds, and sum to 100 %.
"""

from __future__ import annotations

from dataclasses import replace

from tieout.core.accounts import AccountType
from tieout.core.records import PartyKind
from tieout.ledger.axis_sums import Axis as Kind
from tieout.ledger.models import ListKind
from tieout.ledger.names import ListedName, listed_names
from tieout.ledger.slices import By
from tieout.reports.by_axis import TOTAL, Axis, Words, axis_rows, axis_ties
from tieout.reports.columns import columns_of, compared_columns, whole_column
from tieout.reports.document import Column, ColumnKind, Document, Row
from tieout.reports.queries import LedgerAt
from tieout.reports.question import Question
from tieout.reports.scope import Lines, scope_of
from tieout.reports.vendor_addresses import vendor_address
from tieout.reports.vendor_findings import KINDS, findings_of
from tieout.reports.vendor_page import vendor_page

BY_PARTY = By(Kind.PARTY)
_BADGES = {PartyKind.EMPLOYEE: "Employee", PartyKind.CUSTOMER: "Customer"}


def vendor_spend(at: LedgerAt, asked: Question) -> Document:
    """Return the report, or the page of the vendor that the question names."""
    parties = listed_names(at.book, ListKind.PARTY, at.version)
    if asked.party:
        return vendor_page(at, asked, parties)
    columns, whole = share_columns(at, asked)
    scope = scope_of(at, asked, AccountType.EXPENSE)
    words = Words(
        prefix="party", one="vendor", none="(no vendor)", total="Total expenses",
        named={id_: it.name for id_, it in parties.items()},
    )  # fmt: skip
    axis = Axis(
        at=at, asked=asked, columns=columns, whole=whole, scope=scope, by=BY_PARTY, words=words,
        lines=lambda key: Lines(parties=(key,)), ties=axis_ties(at),
    )  # fmt: skip
    findings = findings_of(at, asked, parties) if asked.findings else ()
    badges = {it.party: "" for it in findings}
    for it in findings:
        badges[it.party] = " · ".join(filter(None, dict.fromkeys([badges[it.party], KINDS[it.kind]])))

    def decorate(key: int, row: Row) -> Row:
        return replace(
            row,
            party=row.label,
            badge=" · ".join(filter(None, (_told_apart(parties.get(key)), badges.get(key, "")))),
            href=vendor_address(at, asked, key),
        )

    rows = axis_rows(axis, scope.split(BY_PARTY), decorate)
    return Document(
        report="vendor-spend",
        title="Vendor spend",
        at=at,
        columns=columns,
        rows=rows if len(rows) > 1 else (),
        view="by vendor",
        foot=(TOTAL,) if len(rows) > 1 else (),
        compared=compared_columns(columns, axis.ties.compared),
        empty="Nothing was spent in these months.",
        findings=tuple(it.finding for it in findings),
    )


def _told_apart(party: ListedName | None) -> str:
    """Return what a party is that is no vendor."""
    return _BADGES.get(PartyKind(party.scope), "") if party else ""


def share_columns(at: LedgerAt, asked: Question) -> tuple[tuple[Column, ...], Column]:
    """Return a report's columns, and the whole: it stands first, where rows are sorted by it, then each row's share."""
    columns = columns_of(at, asked)
    whole = whole_column(asked, columns)
    others = tuple(it for it in columns if it is not whole)
    share = Column(
        key="share", label="Share", kind=ColumnKind.SHARE, of=(whole.key,),
        note="Of the whole foot. Refunds count as negative, so that all shares sum to 100 %",
    )  # fmt: skip
    return (whole, share, *others), whole
