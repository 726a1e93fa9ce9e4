"""The GeneralLedger report as entries: the one place where QuickBooks' figures become ours.

Pure: a decoded report and the lists go in, records come out. Debit positive, minor units of the home currency.
What it does not know, it refuses with the place named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import msgspec

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.money import NotMoney, currency_digits, to_text
from tieout.core.records import AccountRecord, EntryRecord, LineRecord, PartyKey, PartyKind
from tieout.providers.quickbooks.labels import is_of_one_party, is_payroll
from tieout.providers.quickbooks.lists import Lists
from tieout.providers.quickbooks.parties import Named, NamedBy
from tieout.providers.quickbooks.reports import Ask, Doubt, Unknown, check_echo, minor, positions, sides
from tieout.providers.quickbooks.wire import Cell, Cells, Report, Row

NAMES = ("name", "vend_name", "cust_name", "emp_name")


@dataclass(frozen=True, slots=True)
class Money:
    """The keys of the money columns: a company with several currencies has another set for its own."""

    debit: str
    credit: str
    balance: str
    foreign: tuple[str, ...] = ()


ONE_CURRENCY = Money("debt_amt", "credit_amt", "rbal_nat_amount")
SEVERAL = Money(
    "debt_home_amt", "credit_home_amt", "rbal_nat_home_amount", ("currency", "exch_rate", "debt_amt", "credit_amt")
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns this company's ledger has: asking for what is switched off is ignored by QuickBooks."""

    money: Money = ONE_CURRENCY
    dimensions: tuple[tuple[str, str], ...] = ()  # (column key, our dimension)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns without which a report is refused."""
        money = (self.money.debit, self.money.credit, self.money.balance)
        texts = ("tx_date", "txn_type", "doc_num", *NAMES, "item_name", "memo")
        return (*texts, *money, *(key for key, _ in self.dimensions))

    @property
    def asked(self) -> str:
        """The ``columns`` parameter."""
        return ",".join((*self.required, *self.money.foreign))


class Posting(msgspec.Struct, gc=False):
    """One row with money, before its entry is whole. There are many: a struct is the cheapest to make and to hold."""

    account: AccountRecord
    amount: int
    names: Named
    item: str | None
    dimensions: tuple[tuple[str, str], ...]
    memo: str
    currency: str
    currency_amount: int


@dataclass(slots=True)
class Draft:
    """One transaction's rows, which stand in the sections of several accounts."""

    day: date
    number: str
    postings: list[Posting] = field(default_factory=list)


@dataclass(slots=True)
class LedgerPage:
    """What one answer holds: drafts by (type, id), and what the next window is checked against."""

    ask: Ask
    drafts: dict[tuple[str, str], Draft] = field(default_factory=dict)
    opening: dict[str, int] = field(default_factory=dict)  # account to the balance brought forward, debit positive
    movement: dict[str, int] = field(default_factory=dict)
    without_money: int = 0  # rows that are no lines: system links, balances brought forward


def page(report: Report, ask: Ask, layout: Layout, lists: Lists) -> LedgerPage:
    """Return what one GeneralLedger answer holds. Raise Doubt where it fails a check, Unknown for an unknown id."""
    check_echo(report, ask)
    return _Reader(report, ask, layout, lists).read()


class _Reader:
    """Walks one report. The account of a row is that of the section around it: rows do not name it."""

    def __init__(self, report: Report, ask: Ask, layout: Layout, lists: Lists) -> None:
        at = positions(report, layout.required, ask)
        self._report, self._ask, self._lists = report, ask, lists
        self._width = len(report.columns.column)
        self._digits = ask.digits
        self._date, self._type, self._number = at["tx_date"], at["txn_type"], at["doc_num"]
        self._debit, self._credit = at[layout.money.debit], at[layout.money.credit]
        self._balance, self._item, self._memo = at[layout.money.balance], at["item_name"], at["memo"]
        self._names = NamedBy(lists, tuple(at[key] for key in NAMES))
        self._axes = tuple((at[key], axis) for key, axis in layout.dimensions)
        self._foreign = (
            (at["currency"], at["debt_amt"], at["credit_amt"])
            if layout.money.foreign and {"currency", "debt_amt", "credit_amt"} <= set(at)
            else None
        )
        self._sections: set[str] = set()
        self._days: dict[str, date] = {}
        self._sets: dict[tuple[str | None, ...], tuple[tuple[str, str], ...]] = {}
        self._page = LedgerPage(ask)

    def read(self) -> LedgerPage:
        self._rows(self._report.rows.row, None)
        return self._page

    def _rows(self, rows: Iterable[Row], account: AccountRecord | None) -> tuple[int, int]:
        """Read rows of one account's section and return their debits and credits."""
        debit_sum = credit_sum = 0
        for row in rows:
            debit, credit = self._section(row, account) if row.cells is None else self._data(row.cells, account)
            debit_sum += debit
            credit_sum += credit
        return debit_sum, credit_sum

    def _section(self, row: Row, account: AccountRecord | None) -> tuple[int, int]:
        title = ""
        if row.header is not None and row.header.cells:
            # A header without an id is a parent that has no postings of its own, or "Not Specified". A section
            # without any header holds the own rows of the parent around it.
            title = row.header.cells[0].value
            account = self._account(row.header.cells[0])
        sums = self._rows(row.rows.row if row.rows else (), account)
        self._check_sum(row.summary, sums, title or (account.name if account else ""))
        return sums

    def _account(self, cell: Cell) -> AccountRecord | None:
        if not cell.id:
            return None
        where = f"{self._ask}, section {cell.value!r}"
        account = self._lists.accounts.get(cell.id)
        if account is None:
            raise Unknown(f"the account {cell.value!r} ({cell.id}) is not in the chart of accounts", where)
        if (named := self._lists.account_names.every(cell.value)) and cell.id not in named:
            # Only the name tells that a section carries the id of another account: its rows add up all the same.
            raise Unknown(f"the section is named {cell.value!r} and has the id of {account.name!r} ({cell.id})", where)
        if cell.id in self._sections:
            raise Doubt(f"the account {account.name!r} ({cell.id}) has two sections", where)
        self._sections.add(cell.id)
        return account

    def _check_sum(self, summary: Cells | None, sums: tuple[int, int], title: str) -> None:
        where = f"{self._ask}, section {title!r}"
        if summary is None:
            raise Doubt("the sum line is missing", where)
        self._check_width(summary.cells, where)
        said = (self._amount(summary.cells, self._debit, where), self._amount(summary.cells, self._credit, where))
        if said != sums:
            raise Doubt(f"the sum line says {sides(said, self._digits)}, its rows {sides(sums, self._digits)}", where)

    def _data(self, cells: list[Cell], account: AccountRecord | None) -> tuple[int, int]:
        if len(cells) != self._width:
            self._check_width(cells, self._where(cells, account))
        try:
            debit = minor(cells[self._debit].value, self._digits)
            credit = minor(cells[self._credit].value, self._digits)
        except NotMoney as error:
            raise Doubt(str(error), self._where(cells, account)) from error
        external_id = cells[self._type].id
        # Rows under an account are kept even at zero, as those of voided transactions are: QuickBooks lists them too.
        if not debit and not credit and (account is None or not external_id):
            if account is not None:
                self._brought_forward(cells, account)
            self._page.without_money += 1
            return 0, 0
        if account is None:
            raise Doubt("money stands outside of any account", self._where(cells, account))
        if not external_id:
            raise Doubt("money stands on a row without a transaction", self._where(cells, account))
        self._post(cells, account, external_id, debit - credit)
        return debit, credit

    def _post(self, cells: list[Cell], account: AccountRecord, external_id: str, amount: int) -> None:
        page = self._page
        label = cells[self._type].value
        day = self._days.get(cells[self._date].value) or self._day(cells, account)
        draft = page.drafts.get((label, external_id))
        if draft is None:
            if not label:
                raise Doubt("a transaction lacks its type", self._where(cells, account))
            draft = page.drafts[(label, external_id)] = Draft(day, cells[self._number].value)
        elif draft.day != day:
            raise Doubt(f"the transaction stands on two days, {draft.day} and {day}", self._where(cells, account))
        try:
            names = self._names(cells)
            item = self._find_item(cells[self._item])
            dimensions = self._dimensions(cells, names.customer if account.type is AccountType.EXPENSE else None)
        except Unknown as unknown:
            raise Unknown(unknown.doubt, self._where(cells, account)) from unknown
        currency, currency_amount = self._original(cells, account) if self._foreign else ("", 0)
        draft.postings.append(
            Posting(account, amount, names, item, dimensions, cells[self._memo].value, currency, currency_amount)
        )
        page.movement[account.external_id] = page.movement.get(account.external_id, 0) + amount

    def _day(self, cells: list[Cell], account: AccountRecord) -> date:
        text = cells[self._date].value
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise Doubt(f"{text!r} is not a date", self._where(cells, account)) from error
        if not self._ask.start <= day < self._ask.end:
            raise Doubt(f"{text} lies outside of what was asked for", self._where(cells, account))
        self._days[text] = day
        return day

    def _brought_forward(self, cells: list[Cell], account: AccountRecord) -> None:
        """Keep a Beginning Balance row: its text is translated, its lack of a transaction is not."""
        where = self._where(cells, account)
        balance = self._amount(cells, self._balance, where)
        self._page.opening[account.external_id] = balance * account.type.normal_sign

    def _find_item(self, cell: Cell) -> str | None:
        if not cell.value and not cell.id:
            return None
        found = self._lists.items.find(cell.id, cell.value)
        if found is None:
            raise Unknown(f"the item {cell.value!r} ({cell.id or 'without an id'}) is not in the list of items")
        return found

    def _dimensions(self, cells: list[Cell], customer: str | None) -> tuple[tuple[str, str], ...]:
        if not self._axes and customer is None:
            return ()
        cells_of = [cells[place] for place, _ in self._axes]
        key = (customer, *[cell.value for cell in cells_of], *[cell.id for cell in cells_of])
        known = self._sets.get(key)
        if known is None:
            values = [("customer", customer)] if customer else []
            values += [(axis, self._value(cells[place], axis)) for place, axis in self._axes if _filled(cells[place])]
            known = self._sets[key] = tuple(sorted(values))
        return known

    def _value(self, cell: Cell, axis: str) -> str:
        found = self._lists.values[axis].find(cell.id, cell.value)
        if found is None:
            raise Unknown(f"the {axis} {cell.value!r} ({cell.id or 'without an id'}) is not in its list")
        return found

    def _original(self, cells: list[Cell], account: AccountRecord) -> tuple[str, int]:
        assert self._foreign is not None
        currency, debit, credit = self._foreign
        code = cells[currency].value
        # The form of this cell is not documented: what is no code is left out rather than guessed.
        if code == self._ask.currency or not (len(code) == 3 and code.isascii() and code.isupper()):
            return "", 0
        digits, where = currency_digits(code), self._where(cells, account)
        try:
            return code, minor(cells[debit].value, digits) - minor(cells[credit].value, digits)
        except NotMoney as error:
            raise Doubt(str(error), where) from error

    def _amount(self, cells: list[Cell], place: int, where: str) -> int:
        try:
            return minor(cells[place].value, self._digits)
        except NotMoney as error:
            raise Doubt(str(error), where) from error

    def _check_width(self, cells: list[Cell], where: str) -> None:
        if len(cells) != self._width:
            raise Doubt(f"a row has {len(cells)} cells where {self._width} columns are", where)

    def _where(self, cells: list[Cell], account: AccountRecord | None) -> str:
        """Return the place of a row: report, days, account, transaction."""
        held = f"account {account.name!r} ({account.external_id})" if account else "no account"
        label, day = (cells[place].value if place < len(cells) else "" for place in (self._type, self._date))
        external_id = (cells[self._type].id if self._type < len(cells) else None) or "without an id"
        return f"{self._ask}, {held}, row {label!r} ({external_id}) of {day!r}"


def _filled(cell: Cell) -> bool:
    return bool(cell.value or cell.id)


# --- from drafts to entries -------------------------------------------------------------------------------------


def entries(drafts: dict[tuple[str, str], Draft], ask: Ask) -> list[EntryRecord]:
    """Return the drafts of a whole window as entries, by day. Raise Doubt for one that does not balance."""
    found = [_entry(label, external_id, draft, ask) for (label, external_id), draft in drafts.items()]
    found.sort(key=lambda entry: (entry.date, entry.type, entry.external_id))
    return found


def _entry(label: str, external_id: str, draft: Draft, ask: Ask) -> EntryRecord:
    off = sum(posting.amount for posting in draft.postings)
    if off:
        wrong = f"{label} {external_id} of {draft.day} does not balance: it is off by {to_text(off, ask.digits)}"
        raise Doubt(wrong, str(ask))
    whole = _party_of_all(label, draft.postings)
    lines = [
        LineRecord(
            account=posting.account.external_id,
            amount=posting.amount,
            party=_own_party(posting) or whole,
            item=posting.item,
            dimensions=posting.dimensions,
            memo=posting.memo,
            currency=posting.currency,
            currency_amount=posting.currency_amount,
        )
        for posting in draft.postings
    ]
    memos = {posting.memo for posting in draft.postings if posting.memo}
    return EntryRecord(
        type=label,
        external_id=external_id,
        date=draft.day,
        lines=tuple(lines),
        number=draft.number,
        memo=memos.pop() if len(memos) == 1 else "",
        party=whole,
        payroll=is_payroll(label, pays_an_employee=_pays_an_employee(draft.postings)),
    )


def _pays_an_employee(postings: list[Posting]) -> bool:
    return any(posting.names.payee and posting.names.payee.kind is PartyKind.EMPLOYEE for posting in postings)


def _own_party(posting: Posting) -> PartyKey | None:
    """Return the party of one line: who was paid on what we spend, own or owe; who pays on what we earn."""
    if posting.account.type is AccountType.INCOME or posting.account.role is AccountRole.RECEIVABLE:
        return posting.names.payer
    return posting.names.payee


def _party_of_all(label: str, postings: list[Posting]) -> PartyKey | None:
    """Return the party of a whole entry: the only one on its lines.

    Where some lines name none, only a document of one party is taken to be that one's: a journal that names a
    vendor on one line is not that vendor's.
    """
    named = [_own_party(posting) for posting in postings]
    parties = {party for party in named if party is not None}
    if len(parties) != 1 or (None in named and not is_of_one_party(label)):
        return None
    return parties.pop()
