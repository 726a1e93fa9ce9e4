"""Random books that move money: bank accounts, what brings and takes it, an opening, and what is not itemised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from hypothesis import strategies as st

from tests.ledger.scribe import NOW, PLACEMENT, YEAR, entry, open_stage, unguarded
from tieout.companies.models import Company
from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.records import AccountRecord, EntryKind, EntryRecord, ListRecord, Window
from tieout.ledger import publication
from tieout.ledger.explaining import EXPLAINING_KINDS
from tieout.ledger.models import Book, Line, Listed, Organisation, Publication

START, BEFORE = Month(2024, 11), Window(start=date(2024, 1, 1), end=YEAR.end)
MONTHS = tuple(START.until(Month(2025, 4)))


def _account(name: str, kind: AccountType, subtype: str, role: str = "") -> AccountRecord:
    return AccountRecord(external_id=name, name=name.capitalize(), type=kind, subtype=subtype, role=AccountRole(role))


CHART: tuple[ListRecord, ...] = (
    _account("checking", AccountType.ASSET, "Bank/Checking", "bank"),
    _account("savings", AccountType.ASSET, "Bank/Savings", "bank"),
    _account("escrow", AccountType.ASSET, "Bank/TrustAccounts", "bank"),
    _account("receivable", AccountType.ASSET, "Accounts Receivable/AccountsReceivable", "receivable"),
    _account("computers", AccountType.ASSET, "Fixed Asset/MachineryAndEquipment"),
    _account("worn", AccountType.ASSET, "Fixed Asset/AccumulatedDepreciation"),
    _account("payable", AccountType.LIABILITY, "Accounts Payable/AccountsPayable", "payable"),
    _account("card", AccountType.LIABILITY, "Credit Card/CreditCard", "card"),
    _account("loan", AccountType.LIABILITY, "Long Term Liability/NotesPayable"),
    _account("stock", AccountType.EQUITY, "Equity/CommonStock"),
    _account("earnings", AccountType.EQUITY, "Equity/RetainedEarnings", "retained_earnings"),
    _account("sales", AccountType.INCOME, "Income/SalesOfProductIncome"),
    _account("rent", AccountType.EXPENSE, "Expense/RentOrLeaseOfBuildings"),
    _account("wear", AccountType.EXPENSE, "Other Expense/Depreciation", "other_expense"),
)
NAMES = tuple(it.external_id for it in CHART if isinstance(it, AccountRecord))

States = list[list[EntryRecord]]


@st.composite
def _entries(draw: st.DrawFn) -> EntryRecord:
    """A posted or an explaining entry of two to five lines, with one of a few ids, so that later books hold it too."""
    lines = [
        (draw(st.sampled_from(NAMES)), draw(st.integers(-4, 4)) * 100 + draw(st.integers(-1, 1)))
        for _ in range(draw(st.integers(1, 4)))
    ]
    lines.append((draw(st.sampled_from(NAMES)), -sum(amount for _, amount in lines)))
    kind = draw(st.sampled_from([EntryKind.POSTED, EntryKind.POSTED, EntryKind.POSTED, EntryKind.RESIDUAL]))
    key = f"{kind}-{draw(st.integers(1, 8))}"
    month = draw(st.sampled_from(MONTHS))
    made = entry(key, date(*month, draw(st.sampled_from([1, 28]))), *lines)
    return EntryRecord(type=made.type, external_id=key, date=made.date, lines=made.lines, kind=kind)


@st.composite
def _openings(draw: st.DrawFn) -> list[EntryRecord]:
    amounts = draw(st.fixed_dictionaries({name: st.integers(-9, 9) for name in ("checking", "escrow", "loan")}))
    lines = [*amounts.items(), ("earnings", -sum(amounts.values()))]
    day = date(2024, 10, 31)
    made = entry("opening", day, *lines, type="Opening balance")
    opening = EntryRecord(
        type=made.type, external_id="opening", date=day, lines=made.lines, kind=EntryKind.OPENING
    )  # fmt: skip
    return draw(st.sampled_from([[opening], []]))


@st.composite
def _states(draw: st.DrawFn) -> States:
    opening = draw(_openings())
    each = st.lists(_entries(), max_size=9, unique_by=lambda it: it.external_id)
    return [[*opening, *state] for state in draw(st.lists(each, min_size=1, max_size=3))]


states = _states()


@dataclass
class CashLedger:
    """One book that holds one state of the books after the other. The fiscal year begins in January."""

    company: Company
    book: Book = field(init=False)
    published: list[Publication] = field(default_factory=list)

    def __post_init__(self) -> None:
        organisation = Organisation.objects.create(
            company=self.company, provider="quickbooks", external_id="org", name="Northwind"
        )
        self.book = Book.objects.create(
            company=self.company, organisation=organisation, basis="accrual", currency="USD", digits=2,
            fiscal_year_first_month=1, start=START.start,
        )  # fmt: skip

    def publish(self, entries: Sequence[EntryRecord], lists: Sequence[ListRecord] = CHART) -> Publication:
        """Bring the book to hold exactly these entries."""
        stage = open_stage(self.book, lists)
        own = [it for it in entries if it.kind in EXPLAINING_KINDS]
        with transaction.atomic():
            stage.entries([it for it in entries if it not in own], BEFORE, PLACEMENT)
            stage.explaining(own, PLACEMENT)
        self.published.append(
            publication.publish(
                self.book, stage.version, PLACEMENT, verified=True, at=NOW, guard=unguarded, also=lambda _: None
            )
        )
        self.book.refresh_from_db()
        return self.published[-1]

    def account(self, name: str) -> int:
        """Return an account's row id."""
        return Listed.objects.get(organisation=self.book.organisation_id, kind="account", external_id=name).pk

    def lines(self, version: int) -> list[Line]:
        """Return the lines of a version as they lie there."""
        return list(Line.objects.filter(book=self.book.pk, valid_from__lte=version, valid_to__gt=version))
