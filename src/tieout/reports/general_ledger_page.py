"""The general ledger as a page shows it: figures are written, balances positive in their account's normal direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict

from tieout.core.month import Month
from tieout.ledger.queries import PAGE, EntryLine
from tieout.reports.beside import State
from tieout.reports.exports import MARKS
from tieout.reports.general_ledger import GeneralLedger
from tieout.reports.general_ledger_rows import Part, Posting, length, parts
from tieout.reports.record_links import record_links
from tieout.reports.telling import Told
from tieout.ui.figures import count, day, difference, exact, long_month, short_month


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPosting:
    """A row as it is drawn."""

    date: str
    posting: Posting
    url: str
    debit: str
    credit: str
    amount: str  # on one side, in the account's normal direction: what a phone has room for
    balance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAccount:
    """An account, or what of it is on this page."""

    key: int
    label: str
    kind: str
    inactive: bool
    before: str
    before_word: str
    rows: tuple[ShownPosting, ...]
    ends: bool
    debit: str
    credit: str
    amount: str
    closing: str
    state: State
    theirs: str  # the provider's balance where ours differs


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """A page of the ledger."""

    accounts: tuple[ShownAccount, ...]
    debit: str
    credit: str
    equal: bool
    count: str
    span: str
    earlier: str
    later: str
    state: Told


def ledger_page(found: GeneralLedger, query: QueryDict, offset: int) -> LedgerPage:
    """Return the page from ``offset`` on."""
    digits = found.at.book.digits
    whole = length(found)
    offset = min(offset, max(whole - 1, 0) // PAGE * PAGE)
    link = record_links(found.at.book)
    return LedgerPage(
        accounts=tuple(_account(found, it, link) for it in parts(found, offset, PAGE)),
        debit=exact(found.debit, digits),
        credit=exact(found.credit, digits),
        equal=found.debit == found.credit,
        count=count(found.rows, "line"),
        span=f"{offset + 1:,} to {min(offset + PAGE, whole):,} of {whole:,}" if whole > PAGE else "",
        earlier=_page(query, offset - PAGE) if offset else "",
        later=_page(query, offset + PAGE) if offset + PAGE < whole else "",
        state=ledger_state(found),
    )


def _account(found: GeneralLedger, part: Part, link: Callable[[EntryLine], str]) -> ShownAccount:
    digits, ledger = found.at.book.digits, part.ledger
    sign = ledger.account.type.normal_sign
    theirs = ledger.figure.theirs
    return ShownAccount(
        key=ledger.account.row,
        label=f"{ledger.account.number} {ledger.account.name}".strip(),
        kind=ledger.account.type.value,
        inactive=not ledger.account.active,
        before=difference(part.before * sign, digits) if found.whole else "",
        before_word=f"Balance before {short_month(found.asked.first)}" if part.begins else "Brought forward",
        rows=tuple(
            ShownPosting(
                date=long_month(_month(it)) if it.hidden else day(it.date),
                posting=it,
                url=link(it.line) if it.line else "",
                debit=exact(it.debit, digits) if it.debit else "",
                credit=exact(it.credit, digits) if it.credit else "",
                amount=exact(it.amount * sign, digits),
                balance=difference(it.balance * sign, digits) if found.whole else "",
            )
            for it in part.postings
        ),
        ends=part.ends,
        debit=exact(ledger.debit, digits) if ledger.rows else "",
        credit=exact(ledger.credit, digits) if ledger.rows else "",
        amount=exact((ledger.debit - ledger.credit) * sign, digits) if ledger.rows else "",
        closing=difference(ledger.closing * sign, digits) if found.whole else "",
        state=ledger.figure.state,
        theirs=difference(theirs * sign, digits) if theirs is not None and ledger.figure.state is State.DIFFERS else "",
    )


def _month(it: Posting) -> Month:
    return Month.of(it.date)


def ledger_state(found: GeneralLedger) -> Told:
    """Return what the status line says."""
    if not found.whole:
        return Told(kind="info", text="Narrowed: only the lines found, without balances")
    end = long_month(found.asked.last)
    match found.state:
        case State.DIFFERS:
            differing = [it.account.name for it in found.accounts if it.figure.state is State.DIFFERS]
            more = f" and {len(differing) - 3} more" if len(differing) > 3 else ""
            verb = "differs" if len(differing) == 1 else "differ"
            names = ", ".join(differing[:3])
            text = f"UNVERIFIED: {count(len(differing), 'balance')} {verb} from the books: {names}{more}"
            return Told(kind="differ", text=text)
        case State.NOT_COMPARED:
            return Told(kind="info", text=f"The end of {end} was not compared with the books")
        case State.TIES:
            return Told(kind="tied", text=f"All balances at the end of {end} tie to the books")
        case State.NOT_ITEMISED | State.REVALUED:
            return Told(kind="part", text=f"All balances at the end of {end}: {MARKS[found.state]}")


def _page(query: QueryDict, offset: int) -> str:
    address = query.copy()
    address["offset"] = str(max(offset, 0))
    return f"?{address.urlencode()}"
