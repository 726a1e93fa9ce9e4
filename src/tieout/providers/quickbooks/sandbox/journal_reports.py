"""JournalReport and TransactionList: the same postings by transaction (quickbooks.md §2.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.frame import EMPTY, Style, column, header, period, rows_or_nothing
from tieout.providers.quickbooks.sandbox.journal import Posting, Txn
from tieout.providers.quickbooks.sandbox.ledger_columns import BALANCES, Cells, chosen, described
from tieout.providers.quickbooks.sandbox.posting import entity_of
from tieout.providers.quickbooks.sandbox.wire import Json, day, zone

_JOURNAL = "tx_date,txn_type,doc_num,name,memo,account_name,debt_amt,credit_amt"
_NOT_IN_JOURNAL = ("klass_name", "dept_name", *BALANCES)
_FIRST_ROW_ONLY = {"tx_date": {"value": "0-00-00"}, "doc_num": EMPTY, "create_date": EMPTY, "last_mod_date": EMPTY}


def journal_report(engine: Engine, params: Mapping[str, str], style: Style) -> Json:
    """Return all transactions of a period, line by line, with a total after each and one at the end."""
    covered = period(params, engine)
    columns = chosen(engine, params.get("columns") or _JOURNAL, without=_NOT_IN_JOURNAL)
    cells = Cells(engine, style)
    makers = [(each.key, cells.maker(each.key)) for each in columns]
    rows: list[Json] = []
    debits = credits_ = 0

    def totals(name: str, debit: int, credit: int, **more: str) -> Json:
        values = {"debt_amt": debit, "credit_amt": credit}
        data = [cells.amount(values[each.key]) if each.key in values else EMPTY for each in columns]
        data[0] = {"value": name} if name else data[0]
        return {"Summary": {"ColData": data}, "type": "Section", **more}

    for txn in engine.journal.between(covered.first, covered.end):
        if not txn.postings:
            continue
        for number, line in enumerate(txn.postings):
            later = number and not style.modern
            rows.append({"ColData": [_cell(key, make, txn, line, bool(later)) for key, make in makers], "type": "Data"})
        debit = sum(line.amount for line in txn.postings if line.amount > 0)
        rows.append(totals("", debit, debit))
        rows.append({"ColData": [EMPTY] * len(columns), "type": "Data"})
        debits, credits_ = debits + debit, credits_ + debit
    if rows:
        rows.append(totals(style.title("TOTAL"), debits, credits_, group="GrandTotal"))
    return {
        "Header": header("JournalReport", engine, covered, empty=not rows),
        "Columns": described(columns),
        "Rows": rows_or_nothing(rows),
    }


def _cell(key: str, make: Callable[[Txn, Posting], Json], txn: Txn, line: Posting, later: bool) -> Json:
    if later and key in _FIRST_ROW_ONLY:
        return _FIRST_ROW_ONLY[key]
    if later and key == "txn_type":
        return {"value": "", "id": txn.id}
    return make(txn, line)


_LIST = (
    ("tx_date", "Date", "Date"),
    ("txn_type", "Transaction Type", "String"),
    ("doc_num", "Num", "String"),
    ("is_no_post", "Posting", "Boolean"),
    ("name", "Name", "String"),
    ("dept_name", "Location", "String"),
    ("memo", "Memo/Description", "String"),
    ("account_name", "Account", "Account"),
    ("other_account", "Split", "Account"),
    ("create_date", "Create Date", "TimeStamp"),
    ("last_mod_date", "Last Modified", "TimeStamp"),
    ("create_by", "Created By", "String"),
    ("last_mod_by", "Last Modified By", "String"),
    ("subt_nat_amount", "Amount", "Money"),
    ("subt_nat_home_amount", "Amount", "Money"),
)
_LIST_DEFAULT = "tx_date,txn_type,doc_num,is_no_post,name,memo,account_name,other_account,subt_nat_amount"


def transaction_list(engine: Engine, params: Mapping[str, str], style: Style, *, payroll: bool = True) -> Json:
    """Return one row for each transaction, of every kind; can be asked for what was changed since a day.

    ``payroll=False`` leaves out what has no entity: whether the platform lists it here is not known.
    """
    covered = period(params, engine)
    asked = set((params.get("columns") or _LIST_DEFAULT).split(","))
    if engine.multicurrency and "subt_nat_amount" in asked:
        asked.add("subt_nat_home_amount")
    unfit = {"subt_nat_amount"} if engine.multicurrency else {"subt_nat_home_amount"}
    unfit |= set() if engine.locations else {"dept_name"}
    columns = [each for each in _LIST if each[0] in asked - unfit]
    cells = Cells(engine, style)
    rows = [
        {"ColData": [_list_cell(key, cells, txn) for key, _, _ in columns], "type": "Data"}
        for txn in engine.journal.between(covered.first, covered.end)
        if _asked_for(engine, params, txn) and (payroll or txn.entity or entity_of(txn.label))
    ]
    return {
        "Header": header("TransactionList", engine, covered, empty=not rows),
        "Columns": {"Column": [column(title, kind, key) for key, title, kind in columns]},
        "Rows": rows_or_nothing(rows),
    }


def _list_cell(key: str, cells: Cells, txn: Txn) -> Json:
    if key == "is_no_post":
        return {"value": "Yes"}
    if not txn.postings:
        if key in ("account_name", "other_account"):
            return EMPTY
        if key.startswith("subt_nat"):
            return {"value": ".00"}
    line = txn.postings[0] if txn.postings else Posting(account="", amount=0, party=txn.party, memo=txn.memo)
    return cells.maker("split_acc" if key == "other_account" else key)(txn, line)


def _asked_for(engine: Engine, params: Mapping[str, str], txn: Txn) -> bool:
    wanted = params.get("transaction_type", "").replace(" ", "").lower()
    if (
        wanted
        and txn.label.replace(" ", "").lower() not in wanted.split(",")
        and txn.entity.lower() not in wanted.split(",")
    ):
        return False
    if (number := params.get("docnum")) and txn.number != number:
        return False
    windows = (("moddate", txn.modified), ("createdate", txn.created))
    return all(_within(engine, params, name, seconds) for name, seconds in windows)


def _within(engine: Engine, params: Mapping[str, str], name: str, seconds: int) -> bool:
    """Tell whether a time's day, in the company's zone, is in a filter's window: its precision is a day."""
    start, end = params.get(f"start_{name}"), params.get(f"end_{name}")
    if not start and not end:
        return True
    on = datetime.fromtimestamp(seconds, zone(engine.timezone)).date()
    return (day(start) if start else date.min) <= on <= (day(end) if end else date.max)
