"""The columns of the GeneralLedger, JournalReport and TransactionList: key, title, and how to fill a cell.

Keys and titles are the platform's (quickbooks.md §2.8). A report's columns come in the order of this table, whatever
the order asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from tieout.core.money import currency_digits
from tieout.providers.quickbooks.sandbox.chart import natural_sign
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.frame import EMPTY, Style, column
from tieout.providers.quickbooks.sandbox.journal import Posting, Txn
from tieout.providers.quickbooks.sandbox.wire import Json, decoder, report_stamp

NO_ID: Json = {"value": "", "id": ""}


class Column(NamedTuple):
    """A column: its key, title, type, and the preference that must be on for it."""

    key: str
    title: str
    kind: str = "String"
    needs: str = ""


COLUMNS = (
    Column("tx_date", "Date", "Date"),
    Column("txn_type", "Transaction Type"),
    Column("doc_num", "Num"),
    Column("is_adj", "Adj", "Boolean"),
    Column("create_date", "Create Date", "TimeStamp"),
    Column("create_by", "Created By"),
    Column("last_mod_date", "Last Modified", "TimeStamp"),
    Column("last_mod_by", "Last Modified By"),
    Column("name", "Name"),
    Column("cust_name", "Customer"),
    Column("vend_name", "Vendor"),
    Column("emp_name", "Employee"),
    Column("item_name", "Product/Service"),
    Column("quantity", "Qty"),
    Column("rate", "Rate", "Money"),
    Column("account_name", "Account", "Account"),
    Column("account_num", "Account #", needs="numbers"),
    Column("memo", "Memo/Description"),
    Column("split_acc", "Split", "Account"),
    Column("klass_name", "Class", needs="classes"),
    Column("dept_name", "Location", needs="locations"),
    Column("currency", "Currency", needs="multicurrency"),
    Column("exch_rate", "Exchange Rate", needs="multicurrency"),
    Column("debt_amt", "Debit", "Money"),
    Column("credit_amt", "Credit", "Money"),
    Column("debt_home_amt", "Debit", "Money", "multicurrency"),
    Column("credit_home_amt", "Credit", "Money", "multicurrency"),
    Column("subt_nat_amount", "Amount", "Money", "single"),
    Column("subt_nat_home_amount", "Amount", "Money", "multicurrency"),
    Column("nat_foreign_amount", "Foreign Amount", "Money", "multicurrency"),
    Column("rbal_nat_amount", "Balance", "Money", "single"),
    Column("rbal_nat_home_amount", "Balance", "Money", "multicurrency"),
)
_DEFAULT = (
    "tx_date",
    "txn_type",
    "doc_num",
    "is_adj",
    "name",
    "memo",
    "split_acc",
    "klass_name",
    "dept_name",
    "subt_nat_amount",
    "subt_nat_home_amount",
    "rbal_nat_amount",
    "rbal_nat_home_amount",
)
BALANCES = ("rbal_nat_amount", "rbal_nat_home_amount")
# What a summary row totals: +1 debits, -1 credits, 0 the natural amount.
TOTALLED = {
    "debt_amt": 1,
    "credit_amt": -1,
    "debt_home_amt": 1,
    "credit_home_amt": -1,
    "subt_nat_amount": 0,
    "subt_nat_home_amount": 0,
}


def chosen(engine: Engine, asked: str, *, without: Iterable[str] = ()) -> list[Column]:
    """Return the columns for a request. Unknown ones, and those whose preference is off, are left out silently."""
    wanted = set(asked.split(",")) if asked else set(_DEFAULT)
    on = {
        "": True,
        "numbers": engine.account_numbers,
        "classes": engine.classes,
        "locations": engine.locations,
        "multicurrency": engine.multicurrency,
        "single": not engine.multicurrency,
    }
    skip = set(without)
    found = [column for column in COLUMNS if column.key in wanted and on[column.needs] and column.key not in skip]
    return found or chosen(engine, "", without=without)


def described(columns: Iterable[Column]) -> Json:
    """Return ``Columns`` of a report."""
    return {"Column": [column(each.title, each.kind, each.key) for each in columns]}


class Cells:
    """Fills cells. What belongs to a transaction is made once and shared by its rows."""

    def __init__(self, engine: Engine, style: Style) -> None:
        self._engine = engine
        self._lists = engine.lists
        self._style = style
        self._by_txn: dict[tuple[str, str], Json] = {}
        self._names: dict[tuple[str, str], Json] = {}
        self._accounts: dict[str, Json] = {}

    def maker(self, key: str) -> Callable[[Txn, Posting], Json]:
        """Return the function that fills the cells of a column (running balances are the ledger's business)."""
        per_txn: dict[str, Callable[[Txn], Json]] = {
            "tx_date": lambda txn: {"value": txn.day.isoformat()},
            "txn_type": lambda txn: {"value": txn.label, "id": txn.id},
            "doc_num": lambda txn: {"value": txn.number},
            "is_adj": lambda txn: {"value": "Yes" if txn.adjustment else "No"},
            "create_date": lambda txn: {"value": report_stamp(txn.created, self._engine.timezone)},
            "last_mod_date": lambda txn: {"value": report_stamp(txn.modified, self._engine.timezone)},
            "create_by": lambda _: {"value": "Sandbox"},
            "last_mod_by": lambda _: {"value": "Sandbox"},
            "exch_rate": lambda txn: {"value": str(decoder.decode(txn.source).get("ExchangeRate", 1))},
        }
        if key in per_txn:
            return self._shared(key, per_txn[key])
        per_line: dict[str, Callable[[Txn, Posting], Json]] = {
            "name": lambda _, line: self._name(*line.party) if line.party else NO_ID,
            "cust_name": self._customer,
            "vend_name": lambda _, line: self._party(line, "Vendor"),
            "emp_name": lambda _, line: self._party(line, "Employee"),
            "item_name": lambda _, line: self._name("Item", line.item) if line.item else NO_ID,
            "quantity": lambda _, line: {"value": f"{line.quantity:f}"} if line.quantity is not None else EMPTY,
            "rate": lambda _, line: {"value": f"{line.rate:f}"} if line.rate is not None else EMPTY,
            "account_name": lambda _, line: self.account(line.account),
            "account_num": lambda _, line: {"value": str(self._lists.get("Account", line.account).get("AcctNum", ""))},
            "memo": lambda _, line: {"value": line.memo} if line.memo else EMPTY,
            "split_acc": self._split,
            "klass_name": lambda _, line: self._tag("Class", line.klass),
            "dept_name": lambda _, line: self._tag("Department", line.location),
            "currency": lambda _, line: {"value": line.currency or self._engine.currency},
        }
        return per_line.get(key) or self._money(key)

    def account(self, account: str) -> Json:
        """Return the cell of an account: its full name and id."""
        if account not in self._accounts:
            self._accounts[account] = {"value": self._lists.full("Account", account), "id": account}
        return self._accounts[account]

    def amount(self, minor: int, *, zero: str = "") -> Json:
        """Return a cell with an amount of the home currency."""
        return {"value": self._style.amount(minor, self._engine.digits, zero=zero)} if minor or zero else EMPTY

    def _shared(self, key: str, make: Callable[[Txn], Json]) -> Callable[[Txn, Posting], Json]:
        def cell(txn: Txn, _line: Posting) -> Json:
            known = self._by_txn.get((txn.id, key))
            if known is None:
                known = self._by_txn[txn.id, key] = make(txn)
            return known

        return cell

    def _name(self, entity: str, entry: str) -> Json:
        known = self._names.get((entity, entry))
        if known is None:
            known = self._names[entity, entry] = {"value": self._lists.full(entity, entry), "id": entry}
        return known

    def _party(self, line: Posting, kind: str) -> Json:
        return self._name(*line.party) if line.party and line.party[0] == kind else NO_ID

    def _customer(self, _txn: Txn, line: Posting) -> Json:
        return self._name("Customer", line.customer) if line.customer else self._party(line, "Customer")

    def _tag(self, entity: str, entry: str) -> Json:
        if not entry:
            return EMPTY if self._style.modern else NO_ID
        cell = self._name(entity, entry)
        return {"value": cell["value"]} if self._style.modern else cell

    def _split(self, txn: Txn, line: Posting) -> Json:
        if len(txn.postings) == 2:
            return self.account(txn.postings[txn.postings[0] is line].account)
        return EMPTY if self._style.modern else {"value": "-Split-", "id": ""}

    def _money(self, key: str) -> Callable[[Txn, Posting], Json]:
        digits, home = self._engine.digits, self._engine.currency
        foreign = self._engine.multicurrency and key in ("debt_amt", "credit_amt", "nat_foreign_amount")
        side = TOTALLED.get(key, 0)
        zero = ".00" if side >= 0 else ""
        lists, style = self._lists, self._style

        def cell(_txn: Txn, line: Posting) -> Json:
            amount, places = line.amount, digits
            if foreign and line.currency:
                amount, places = line.foreign, currency_digits(line.currency or home)
            sign = side or natural_sign(lists.account_type(line.account))
            amount *= sign
            if side and amount < 0:
                return EMPTY
            return {"value": style.amount(amount, places, zero=zero)} if amount or zero else EMPTY

        return cell
