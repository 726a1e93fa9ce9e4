"""Guarantee 5: what is known at a sync stays so, whatever comes later, by account, party, item and dimension."""

from __future__ import annotations

import itertools
from collections import defaultdict

from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings

from tests.ledger.rewriting import Author, histories
from tests.ledger.scribe import YEAR, new_book
from tieout.companies.services import create_company
from tieout.core.month import Month
from tieout.core.records import EntryRecord
from tieout.ledger.axis_sums import Axis, axis_sums
from tieout.ledger.models import Line, Publication
from tieout.ledger.queries import Cell, CellLines, cell_lines
from tieout.reports import exports
from tieout.reports.balance_sheet import balance_sheet
from tieout.reports.queries import ledger_at
from tieout.reports.trial_balance import trial_balances

_number = itertools.count()
_MONTHS = tuple(Month.of(YEAR.start).until(Month(2025, 4)))

Known = tuple[list[bytes | str], dict[Axis, object], CellLines]


def _known(author: Author, at: Publication) -> Known:
    ledger = ledger_at(author.book.company, at.number)
    months = ledger.months
    files = [
        exports.trial_balance_file(ledger, list(trial_balances(ledger, months))),
        exports.balance_sheet_file(ledger, balance_sheet(ledger, months)),
    ]
    written: list[bytes | str] = []
    for file in files:
        written += [exports.to_json(file, turn_signs=False), exports.to_csv(file, turn_signs=True)]
    whole = Cell(_MONTHS[0], _MONTHS[-1])
    return (
        written,
        {axis: axis_sums(author.book, at.version, axis) for axis in Axis},
        cell_lines(author.book, whole, version=at.version, payroll_accounts=None),
    )


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories)
def test_what_was_known_stays_known(alice: User, history: list[tuple[str, list[EntryRecord]]]) -> None:
    author = Author(new_book(create_company(name=f"Travel {next(_number)}", person=alice)))
    known: list[Known] = []
    for number, (step, state) in enumerate(history):
        if step == "publish" or number == 0:
            known.append(_known(author, author.publish(state)))
        elif step == "rules":
            author.change_rules()
        else:
            author.give_up(state)
        assert [_known(author, it) for it in author.published] == known


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories)
def test_the_sums_of_an_axis_are_those_of_the_lines(alice: User, history: list[tuple[str, list[EntryRecord]]]) -> None:
    author = Author(new_book(create_company(name=f"Travel {next(_number)}", person=alice)))
    for _, state in history:
        author.publish(state)
    for at in author.published:
        by_party: defaultdict[tuple[int, int, int], int] = defaultdict(int)
        by_item: defaultdict[tuple[int, int, int], int] = defaultdict(int)
        lines = Line.objects.filter(book=author.book.pk, valid_from__lte=at.version, valid_to__gt=at.version)
        for line in lines:
            by_party[line.party, line.account, line.month] += line.amount
            by_item[line.item, line.account, line.month] += line.amount
        for axis, expected in ((Axis.PARTY, by_party), (Axis.ITEM, by_item)):
            assert axis_sums(author.book, at.version, axis) == sorted(
                (*cell, amount) for cell, amount in expected.items() if amount
            )
