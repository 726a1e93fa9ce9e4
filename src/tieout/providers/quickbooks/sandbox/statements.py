"""BalanceSheet and ProfitAndLoss, from the same postings as the ledger (quickbooks.md §2.8, §5.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tieout.providers.quickbooks.sandbox.chart import is_profit_and_loss, natural_sign
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.frame import EMPTY, Style, column, header, period, rows_or_nothing
from tieout.providers.quickbooks.sandbox.periods import TAGS, slices, tag_columns
from tieout.providers.quickbooks.sandbox.trial_balance import balances
from tieout.providers.quickbooks.sandbox.wire import Json

Amounts = list[int]


@dataclass(frozen=True, slots=True)
class _Group:
    """A section of a statement: the accounts of a type, or further sections."""

    name: str
    title: str
    account_type: str = ""
    inner: tuple[_Group, ...] = field(default=())


_ASSETS = _Group(
    "TotalAssets",
    "ASSETS",
    inner=(
        _Group(
            "CurrentAssets",
            "Current Assets",
            inner=(
                _Group("BankAccounts", "Bank Accounts", "Bank"),
                _Group("AR", "Accounts Receivable", "Accounts Receivable"),
                _Group("OtherCurrentAssets", "Other Current Assets", "Other Current Asset"),
            ),
        ),
        _Group("FixedAssets", "Fixed Assets", "Fixed Asset"),
        _Group("OtherAssets", "Other Assets", "Other Asset"),
    ),
)
_LIABILITIES = _Group(
    "Liabilities",
    "Liabilities",
    inner=(
        _Group(
            "CurrentLiabilities",
            "Current Liabilities",
            inner=(
                _Group("AP", "Accounts Payable", "Accounts Payable"),
                _Group("CreditCards", "Credit Cards", "Credit Card"),
                _Group("OtherCurrentLiabilities", "Other Current Liabilities", "Other Current Liability"),
            ),
        ),
        _Group("LongTermLiabilities", "Long-Term Liabilities", "Long Term Liability"),
    ),
)
_EQUITY = _Group("Equity", "Equity", "Equity")
_CLAIMS = _Group("TotalLiabilitiesAndEquity", "LIABILITIES AND EQUITY", inner=(_LIABILITIES, _EQUITY))


class _Tree:
    """Nests accounts under their parents within a section, each with its amounts per column."""

    def __init__(self, engine: Engine, style: Style, width: int, amounts: Callable[[str], Amounts]) -> None:
        self._engine, self._style, self._amounts = engine, style, amounts
        self.nothing: Amounts = [0] * width
        order = {account: place for place, account in enumerate(engine.lists.accounts_in_order())}
        self._children = engine.lists.children("Account")
        for below in self._children.values():
            below.sort(key=order.__getitem__)

    def group(self, group: _Group, extra: Json | None = None, extra_amounts: Amounts | None = None) -> _Part:
        """Return a section with its total; without rows if nothing has an amount."""
        parts = [self.group(inner) for inner in group.inner]
        if group.account_type:
            top = self._children.get("", ())
            kinds = self._engine.lists.account_type
            parts += [self._account(account) for account in top if kinds(account) == group.account_type]
        rows = [row for part in parts for row in part.rows]
        total = [sum(values) for values in zip(self.nothing, *(part.total for part in parts), strict=True)]
        if extra and extra_amounts and any(extra_amounts):
            rows.append(extra)
            total = [left + right for left, right in zip(total, extra_amounts, strict=True)]
        return self.section(group, rows, total)

    def section(self, group: _Group, rows: list[Json], total: Amounts) -> _Part:
        """Return a section of given rows."""
        if not rows:
            return _Part([], total)
        title = self._style.title(group.title)
        summary = self._style.title(f"TOTAL {group.title}" if group.title.isupper() else f"Total {group.title}")
        section = {
            "Header": {"ColData": [{"value": title}, *[EMPTY] * len(total)]},
            "Rows": {"Row": rows},
            "Summary": self.line(summary, total),
            "type": "Section",
            "group": group.name,
        }
        return _Part([section], total)

    def line(self, name: str, amounts: Sequence[int], account: str = "") -> Json:
        """Return cells: a name and its amounts."""
        first = {"value": name, "id": account} if account else {"value": name}
        return {"ColData": [first, *({"value": self._style.amount(a, self._engine.digits)} for a in amounts)]}

    def _account(self, account: str) -> _Part:
        own = self._amounts(account)
        below = [part for child in self._children.get(account, ()) if (part := self._account(child)).rows]
        name = self._engine.lists.leaf("Account", account)
        if not below:
            row = {**self.line(name, own, account), "type": "Data"}
            return _Part([row] if any(own) else [], own)
        total = [sum(values) for values in zip(own, *(part.total for part in below), strict=True)]
        section = {
            "Header": self.line(name, own, account),
            "Rows": {"Row": [row for part in below for row in part.rows]},
            "Summary": self.line(f"Total {name}", total),
            "type": "Section",
        }
        return _Part([section], total)


@dataclass(frozen=True, slots=True)
class _Part:
    rows: list[Json]
    total: Amounts


def balance_sheet(engine: Engine, params: Mapping[str, str], style: Style) -> Json:
    """Return the report at the end of the period, or of each period of ``summarize_column_by``."""
    covered = period(params, engine)
    by = params.get("summarize_column_by", "Total")
    found = slices(covered, by, engine.fiscal_year_first_month, modern=style.modern)
    ends = [each.covers.last for each in found] or [covered.last]
    at = [balances(engine, end) for end in ends]
    kinds = engine.lists.account_type

    def amounts(account: str) -> Amounts:
        sign = natural_sign(kinds(account))
        return [sign * balance.get(account, 0) for balance in at]

    tree = _Tree(engine, style, len(ends), amounts)
    profit = [-sum(v for a, v in balance.items() if is_profit_and_loss(kinds(a))) for balance in at]
    net_income = {**tree.line("Net Income", profit), "type": "Data", "group": "NetIncome"}
    assets = tree.group(_ASSETS)
    liabilities, equity = tree.group(_LIABILITIES), tree.group(_EQUITY, net_income, profit)
    claims = [left + right for left, right in zip(liabilities.total, equity.total, strict=True)]
    rows = [*assets.rows, *tree.section(_CLAIMS, [*liabilities.rows, *equity.rows], claims).rows]
    columns = [each.as_column() for each in found] or [column("Total", "Money", "total")]
    return {
        "Header": header("BalanceSheet", engine, covered, empty=not rows, by=by, gaap=True),
        "Columns": {"Column": [column("", "Account", "account"), *columns]},
        "Rows": rows_or_nothing(rows),
    }


def profit_and_loss(engine: Engine, params: Mapping[str, str], style: Style) -> Json:
    """Return the report for the period: in total, by period with a total, or by a tag such as ``Classes``."""
    covered = period(params, engine)
    by = params.get("summarize_column_by", "Total")
    columns, amounts = _profit_columns(engine, params, style)
    tree = _Tree(engine, style, len(columns), amounts)
    rows = _profit_rows(tree)
    empty = not any("Rows" in row for row in rows)
    return {
        "Header": header("ProfitAndLoss", engine, covered, empty=empty, by=by, gaap=True),
        "Columns": {"Column": [column("", "Account", "account"), *columns]},
        "Rows": {"Row": _shells() if empty else rows},
    }


def _profit_columns(
    engine: Engine, params: Mapping[str, str], style: Style
) -> tuple[list[Json], Callable[[str], Amounts]]:
    covered = period(params, engine)
    by = params.get("summarize_column_by", "Total")
    total = column("Total", "Money", "total")
    kinds, journal = engine.lists.account_type, engine.journal
    if tag := TAGS.get(by.lower()):
        sums: dict[tuple[str, str], int] = {}
        for txn in journal.between(covered.first, covered.end):
            for line in txn.postings:
                if is_profit_and_loss(kinds(line.account)):
                    key = (line.account, tag.value(line))
                    sums[key] = sums.get(key, 0) + natural_sign(kinds(line.account)) * line.amount
        values = sorted({value for _, value in sums}, key=lambda value: (not value, value))

        def by_tag(account: str) -> Amounts:
            cells = [sums.get((account, value), 0) for value in values]
            return [*cells, sum(cells)]

        return [*tag_columns(engine.lists, tag, values), total], by_tag
    found = slices(covered, by, engine.fiscal_year_first_month, modern=style.modern)
    windows = [each.covers for each in found] or [covered]

    def by_period(account: str) -> Amounts:
        sign = natural_sign(kinds(account))
        cells = [sign * journal.net(account, window.first, window.end) for window in windows]
        return [*cells, sum(cells)] if found else cells

    return [*(each.as_column() for each in found), total], by_period


_INCOME = _Group("Income", "Income", "Income")
_COST = _Group("COGS", "Cost of Goods Sold", "Cost of Goods Sold")
_EXPENSES = _Group("Expenses", "Expenses", "Expense")
_OTHER_INCOME = _Group("OtherIncome", "Other Income", "Other Income")
_OTHER_EXPENSES = _Group("OtherExpenses", "Other Expenses", "Other Expense")


def _profit_rows(tree: _Tree) -> list[Json]:
    def computed(name: str, title: str, plus: Amounts, minus: Amounts) -> tuple[Json, Amounts]:
        value = [left - right for left, right in zip(plus, minus, strict=True)]
        return {"Summary": tree.line(title, value), "type": "Section", "group": name}, value

    income, cost, expenses = tree.group(_INCOME), tree.group(_COST), tree.group(_EXPENSES)
    more, less = tree.group(_OTHER_INCOME), tree.group(_OTHER_EXPENSES)
    gross_row, gross = computed("GrossProfit", "Gross Profit", income.total, cost.total)
    operating_row, operating = computed("NetOperatingIncome", "Net Operating Income", gross, expenses.total)
    other_row, other = computed("NetOtherIncome", "Net Other Income", more.total, less.total)
    net_row, _ = computed("NetIncome", "Net Income", operating, [-value for value in other])
    others = [*more.rows, *less.rows, other_row] if more.rows or less.rows else []
    return [*income.rows, *cost.rows, gross_row, *expenses.rows, operating_row, *others, net_row]


def _shells() -> list[Json]:
    """Return what an empty report has: titles, and no cell for an amount."""

    def shell(group: _Group) -> Json:
        return {
            "Header": {"ColData": [{"value": group.title}]},
            "Summary": {"ColData": [{"value": f"Total {group.title}"}]},
            "type": "Section",
            "group": group.name,
        }

    def bare(name: str, title: str) -> Json:
        return {"Summary": {"ColData": [{"value": title}]}, "type": "Section", "group": name}

    return [
        shell(_INCOME),
        bare("GrossProfit", "Gross Profit"),
        shell(_EXPENSES),
        bare("NetOperatingIncome", "Net Operating Income"),
        bare("NetIncome", "Net Income"),
    ]
