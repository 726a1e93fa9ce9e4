"""What our reports say of books, by the names that a journal has for them: from the JSON that people download."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from tests.connections.other_ours import paths
from tests.connections.other_truth import Truth, shown
from tests.judged.journal import Journal
from tieout.core.accounts import AccountRole
from tieout.core.money import to_decimal
from tieout.core.month import Month
from tieout.ledger.accounts import chart
from tieout.ledger.models import Book, ListedVersion
from tieout.planning.cash import CashFlows, cash_flows
from tieout.reports.document import Document
from tieout.reports.document_files import document_json
from tieout.reports.exports import to_json, trial_balance_file
from tieout.reports.making import make
from tieout.reports.queries import ledger_at
from tieout.reports.trial_balance import trial_balances

EARNED = "earned"  # the one row of a balance sheet that is no account: the running year's profit
CARRIED = "carried"  # retained earnings, which a file may leave to the platform
Range = tuple[Month, Month]
Cells = dict[str, dict[Range, Decimal]]
"""Amounts by row and months, debit positive; zeros are left out."""


@dataclass(slots=True)
class Ours:
    """A book's reports."""

    book: Book
    journal: Journal
    accounts: Mapping[str, str] = field(init=False)  # our account's external id: the journal's name
    _names: Mapping[int, tuple[str, str]] = field(init=False)  # (scope, name) of rows of lists

    def __post_init__(self) -> None:
        truth = Truth(self.journal.books)
        by_path = {truth.paths[id_]: name for id_, name in self.journal.accounts.items()}
        names, rows = paths(self.book, self.book.published), chart(self.book, self.book.published)
        self.accounts = {
            it.external_id: CARRIED if it.role is AccountRole.RETAINED_EARNINGS else by_path[names[id_]]
            for id_, it in rows.items()
        }
        listed = ListedVersion.objects.filter(book=self.book, valid_to__gt=self.book.published)
        self._names = {id_: (scope, name) for id_, scope, name in listed.values_list("listed", "listed__scope", "name")}

    @property
    def earnings(self) -> str:
        """The journal's name of retained earnings, "" where the file leaves them to the platform."""
        truth = Truth(self.journal.books)
        return next((self.journal.accounts[id_] for id_, it in truth.paths.items() if it == truth.earnings), "")

    def by_account(self, report: str, query: str = "") -> Cells:
        """Return a report's figures by account; what has none is the running year's profit."""
        return self._cells(self._made(report, query), lambda row, _: self._account(row))

    def columns(self, report: str, query: str) -> list[Range]:
        """Return the months of a report's columns."""
        made = make(self.book.company, report, QueryDict(query), sees_pay=True).document
        return [(it.first, it.last) for it in made.columns if it.first and it.last and not it.derived and not it.total]

    def row(self, report: str, key: str, query: str = "") -> dict[Range, Decimal]:
        """Return one row's figures, sums too, by its key."""
        made = make(self.book.company, report, QueryDict(query), sees_pay=True).document
        return {
            (it.first, it.last): to_decimal(made.amount(made.by_key[key], it), self.book.digits)
            for it in made.columns
            if it.first and it.last and not it.derived and not it.total
        }

    def by_party(self, query: str = "") -> Cells:
        """Return vendor spend by the journal's parties, "" for none."""
        names = {(str(it.kind), shown(it.name)): self.journal.parties[it.id] for it in self.journal.books.parties}
        return self._cells(
            self._made("vendor-spend", query), lambda _, key: self._listed(names, key.removeprefix("party:"))
        )

    def by_value(self, axis: str, query: str = "") -> dict[str, dict[str, Decimal]]:
        """Return profit and loss over a range by a dimension's values ("" for none), then by account."""
        made = make(self.book.company, "profit-and-loss", QueryDict(query), sees_pay=True).document
        assert axis in made.view.casefold(), made.view
        result: dict[str, dict[str, Decimal]] = {}
        for column in made.columns:
            if column.key.startswith("value:"):
                found = result.setdefault(column.label if column.key != "value:0" else "", {})
                for row in made.lines:
                    if (amount := made.amount(row, column)) and row.account:
                        found[self.accounts[row.account.external_id or ""]] = to_decimal(amount, self.book.digits)
        return result

    def trial_balances(self, months: tuple[Month, ...]) -> Cells:
        """Return the trial balances at the end of months."""
        at = ledger_at(self.book.company)
        told = json.loads(to_json(trial_balance_file(at, list(trial_balances(at, months))), turn_signs=False))
        return {
            self._account(row): {
                (Month.parse(month), Month.parse(month)): Decimal(amount)
                for month, amount in row["amounts"].items()
                if Decimal(amount)
            }
            for row in told["rows"]
        }

    def cash(self, first: Month, last: Month) -> CashFlows:
        """Return the cash page's months, all of them actual."""
        return cash_flows(self.book.company, self.book, first=first, last=last, after=last)

    def _listed(self, names: Mapping[tuple[str, str], str], key: str) -> str:
        return "" if key == "none" else names[self._names[int(key)]]

    def _account(self, row: dict[str, Any]) -> str:
        own = row.get("account", {}).get("id")
        return EARNED if own is None else self.accounts[own]

    def _made(self, report: str, query: str) -> tuple[Document, dict[str, Any]]:
        made = make(self.book.company, report, QueryDict(query), sees_pay=True).document
        return made, json.loads(document_json(made, turn_signs=False)) if made.rows else {"rows": [], "columns": []}

    def _cells(self, made: tuple[Document, dict[str, Any]], name: Callable[[dict[str, Any], str], str]) -> Cells:
        document, told = made
        ranges = {it["key"]: (Month.parse(it["from"]), Month.parse(it["to"])) for it in told["columns"]}
        result: defaultdict[str, dict[Range, Decimal]] = defaultdict(dict)
        for row, line in zip(told["rows"], document.lines, strict=True):
            found = result[name(row, line.key)]
            for key, amount in row["amounts"].items():
                if Decimal(amount):
                    found[ranges[key]] = found.get(ranges[key], Decimal(0)) + Decimal(amount)
        return {row: found for row, found in result.items() if found}
