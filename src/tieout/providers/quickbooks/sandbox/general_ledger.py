"""The GeneralLedger report: sections by account, as the platform nests them (quickbooks.md §2.8, rules 1 to 10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tieout.providers.quickbooks.sandbox.chart import is_profit_and_loss, natural_sign
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.frame import (
    EMPTY,
    Period,
    Style,
    fiscal_year_start,
    header,
    period,
    rows_or_nothing,
)
from tieout.providers.quickbooks.sandbox.journal import Posting, Txn
from tieout.providers.quickbooks.sandbox.ledger_columns import BALANCES, TOTALLED, Cells, Column, chosen, described
from tieout.providers.quickbooks.sandbox.wire import Json

CELL_CAP = 400_000
CUT_OFF = "Unable to display more data. Please reduce the date range."


@dataclass(slots=True)
class _Sums:
    debit: int = 0
    credit: int = 0
    natural: int = 0

    def add(self, other: _Sums) -> None:
        self.debit += other.debit
        self.credit += other.credit
        self.natural += other.natural


def general_ledger(engine: Engine, params: Mapping[str, str], style: Style, *, cap: int = CELL_CAP) -> Json:
    """Return the report. Over the cap of cells it breaks off, with the platform's sentence as its last row."""
    covered = period(params, engine)
    writer = _Writer(engine, covered, chosen(engine, params.get("columns", "")), _Filter(engine, params), style)
    rows = writer.sections()
    columns = writer.columns
    if writer.data_rows * len(columns) > cap:
        rows = cut(rows, cap // len(columns), len(columns))
    return {
        "Header": header("GeneralLedger", engine, covered, empty=not rows),
        "Columns": described(columns),
        "Rows": rows_or_nothing(rows),
    }


class _Filter:
    """Which accounts and lines a request is about."""

    _LINES = (("vendor", "Vendor"), ("customer", "Customer"), ("employee", "Employee"))

    def __init__(self, engine: Engine, params: Mapping[str, str]) -> None:
        self._lists = engine.lists
        self._accounts = _set(params, "account") | _set(params, "source_account")
        self._types = {kind.lower() for kind in _set(params, "account_type")}
        self._klass, self._location = _set(params, "class"), _set(params, "department")
        self._parties = {kind: ids for key, kind in self._LINES if (ids := _set(params, key))}

    @property
    def by_line(self) -> bool:
        """Whether single lines are left out, so that balances make no sense."""
        return bool(self._klass or self._location or self._parties)

    def account(self, account: str) -> bool:
        """Tell whether an account is asked for."""
        if self._accounts and account not in self._accounts:
            return False
        kind = self._lists.account_type(account).replace(" ", "").lower()
        return not self._types or kind in self._types

    @property
    def everything(self) -> bool:
        """Whether nothing is filtered."""
        return not (self._accounts or self._types or self.by_line)

    def line(self, line: Posting) -> bool:
        """Tell whether a line is asked for."""
        if self._klass and line.klass not in self._klass:
            return False
        if self._location and line.location not in self._location:
            return False
        return all(
            line.party is not None and line.party[0] == k and line.party[1] in v for k, v in self._parties.items()
        )


def _set(params: Mapping[str, str], key: str) -> set[str]:
    return {part.strip() for part in params.get(key, "").split(",") if part.strip()}


class _Writer:
    def __init__(self, engine: Engine, covered: Period, columns: list[Column], wanted: _Filter, style: Style) -> None:
        self._engine, self._covered, self._wanted, self._style = engine, covered, wanted, style
        self.columns = columns
        self.data_rows = 0
        self._cells = Cells(engine, style)
        self._balance_at = [place for place, each in enumerate(columns) if each.key in BALANCES]
        self._makers: list[Callable[[Txn, Posting], Json] | None] = [
            None if each.key in BALANCES else self._cells.maker(each.key) for each in columns
        ]
        self._children = engine.lists.children("Account")
        self._blank = [EMPTY] * len(columns)

    def sections(self) -> list[Json]:
        """Return the sections in the order of the chart, then what stands under no account."""
        order = self._engine.lists.accounts_in_order()
        if self._style.modern:  # its row order is not that of the chart
            order.sort(key=lambda account: (len(account), account))
        place = {account: number for number, account in enumerate(order)}
        for below in self._children.values():
            below.sort(key=place.__getitem__)
        found = [section for account in self._children.get("", ()) if (section := self._section(account)[0])]
        if self._wanted.everything and (tail := self._not_specified()):
            found.append(tail)
        return found

    def _section(self, account: str) -> tuple[Json | None, _Sums]:
        own, sums = self._own_rows(account) if self._wanted.account(account) else ([], _Sums())
        inner: list[Json] = []
        below = _Sums()
        for child in self._children.get(account, ()):
            section, child_sums = self._section(child)
            if section is not None:
                inner.append(section)
                below.add(child_sums)
        if not own and not inner:
            return None, sums
        name = self._engine.lists.leaf("Account", account)
        if not inner:
            return self._wrap(own, self._summary(name, sums), name, account), sums
        rows = [{"Rows": {"Row": own}, "Summary": self._summary(name, sums), "type": "Section"}] if own else []
        total = _Sums()
        total.add(sums)
        total.add(below)
        long_name = name if self._style.modern else f"{name} with sub-accounts"
        return self._wrap([*rows, *inner], self._summary(long_name, total), name, account if own else ""), total

    def _wrap(self, rows: list[Json], summary: Json, name: str, account: str) -> Json:
        first = {"value": name, "id": account} if account else {"value": name}
        return {
            "Header": {"ColData": [first, *self._blank[1:]]},
            "Rows": {"Row": rows},
            "Summary": summary,
            "type": "Section",
        }

    def _summary(self, name: str, sums: _Sums) -> Json:
        cells = list(self._blank)
        for place, each in enumerate(self.columns):
            if each.key in TOTALLED:
                side = TOTALLED[each.key]
                if self._engine.multicurrency and each.key in ("debt_amt", "credit_amt"):
                    continue  # amounts of several currencies have no total
                value = sums.debit if side > 0 else sums.credit if side < 0 else sums.natural
                cells[place] = self._cells.amount(value)
        cells[0] = {"value": f"Total for {name}"}
        return {"ColData": cells}

    def _own_rows(self, account: str) -> tuple[list[Json], _Sums]:
        engine, sums = self._engine, _Sums()
        kind = engine.lists.account_type(account)
        sign = natural_sign(kind)
        first = self._covered.first
        since = fiscal_year_start(engine, first) if is_profit_and_loss(kind) else first.min
        balance = 0 if self._wanted.by_line else sign * engine.journal.net(account, since, first)
        rows: list[Json] = []
        if balance:
            rows.append(self._beginning(balance))
        for txn in engine.journal.touching(account, first, self._covered.end):
            for line in txn.postings:
                if line.account != account or not self._wanted.line(line):
                    continue
                balance += sign * line.amount
                if line.amount > 0:
                    sums.debit += line.amount
                else:
                    sums.credit -= line.amount
                cells = [make(txn, line) if make else EMPTY for make in self._makers]
                for place in self._balance_at:
                    cells[place] = self._cells.amount(balance, zero=".00")
                rows.append({"ColData": cells, "type": "Data"})
        sums.natural = sign * (sums.debit - sums.credit)
        self.data_rows += len(rows)
        return rows, sums

    def _beginning(self, balance: int) -> Json:
        cells = list(self._blank)
        for place in self._balance_at:
            cells[place] = self._cells.amount(balance)
        cells[0] = {"value": "Beginning Balance"}
        return {"ColData": cells, "type": "Data"}

    def _not_specified(self) -> Json | None:
        rows = []
        for txn in self._engine.journal.between(self._covered.first, self._covered.end):
            if txn.postings:
                continue
            line = Posting(account="", amount=0, party=txn.party, memo=txn.memo)
            rows.append({"ColData": [self._unplaced(each.key, txn, line) for each in self.columns], "type": "Data"})
        if not rows:
            return None
        self.data_rows += len(rows)
        return self._wrap(rows, self._summary("Not Specified", _Sums()), "Not Specified", "")

    def _unplaced(self, key: str, txn: Txn, line: Posting) -> Json:
        if key in TOTALLED:
            return EMPTY if self._style.modern or TOTALLED[key] < 0 else {"value": ".00"}
        if key in BALANCES or key in ("account_name", "account_num", "split_acc", "nat_foreign_amount"):
            return EMPTY
        return self._cells.maker(key)(txn, line)


def cut(rows: list[Json], left: int, width: int) -> list[Json]:
    """Return the first ``left`` data rows with their sections, then the platform's excuse."""
    budget = [max(left, 1)]
    kept = _first_rows(rows, budget)
    kept.append({"ColData": [{"value": CUT_OFF}, *[EMPTY] * (width - 1)], "type": "Data"})
    return kept


def _first_rows(rows: list[Json], budget: list[int]) -> list[Json]:
    kept: list[Json] = []
    for row in rows:
        if not budget[0]:
            break
        if "Rows" not in row:
            kept.append(row)
            budget[0] -= 1
            continue
        inner = _first_rows(row["Rows"]["Row"], budget)
        section = {**row, "Rows": {"Row": inner}}
        if not budget[0]:
            section.pop("Summary", None)  # it broke off inside: no total
        kept.append(section)
    return kept
