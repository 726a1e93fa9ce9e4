"""A grown organisation has the marks of a real one: how often things are edited, and how late they are entered."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.large import large
from tieout.providers.xero.tests.test_sandbox_engine import check

LINES = 12_000


@pytest.fixture(scope="module")
def grown() -> Organisation:
    return large(LINES, Clock.at(date(2026, 11, 20)))


def test_it_has_the_lines_that_were_asked_for_and_holds_together(grown: Organisation) -> None:
    assert LINES <= grown.lines_posted < LINES + 50
    assert 2.2 < grown.lines_posted / len(grown.journals) < 2.8
    check(grown)


def test_it_is_the_same_every_time(grown: Organisation) -> None:
    again = large(LINES, Clock.at(date(2026, 11, 20)))
    assert [journal.document() for journal in again.journals[:500]] == [
        journal.document() for journal in grown.journals[:500]
    ]


def test_a_document_has_as_many_journals_as_its_state_says(grown: Organisation) -> None:
    made = Counter(journal.source_id for journal in grown.journals)
    counts: dict[str, Counter[int]] = {}
    for id_, document in grown.documents["Invoices"].items():
        counts.setdefault(document["Status"], Counter())[made[id_]] += 1
    assert set(counts["DELETED"]) == {0}
    assert all(number % 2 for status in ("AUTHORISED", "PAID") for number in counts[status])
    assert not any(number % 2 for number in counts["VOIDED"])
    assert counts["PAID"][1] > 3 * counts["PAID"][3] > 6 * counts["PAID"][5] > 0


def test_what_is_taken_back_is_negated_line_by_line_on_its_own_day(grown: Organisation) -> None:
    standing: dict[str, list[tuple[object, ...]]] = {}
    taken_back = 0
    for journal in grown.journals:
        if not journal.source:
            continue
        lines = tuple((line.account["AccountID"], line.net, line.description, line.tracking) for line in journal.lines)
        opposite = tuple((account, -net, description, tracking) for account, net, description, tracking in lines)
        open_ = standing.setdefault(journal.source_id, [])
        if (journal.day, opposite) in open_:
            open_.remove((journal.day, opposite))
            taken_back += 1
        else:
            open_.append((journal.day, lines))
            assert len(open_) == 1, "posted again before it was taken back"
    assert 0.05 < taken_back / len(grown.journals) < 0.2


def test_things_are_entered_as_late_as_people_enter_them(grown: Organisation) -> None:
    late = sorted((journal.created.date() - journal.day).days for journal in grown.journals)
    assert 3 <= late[len(late) // 2] <= 8
    assert 120 <= late[int(len(late) * 0.95)] <= 300
    assert late[0] < 0, "nothing is dated ahead"
    past = sum(
        (journal.created.year, journal.created.month) > (journal.day.year, journal.day.month)
        for journal in grown.journals
    )
    assert 0.25 < past / len(grown.journals) < 0.42


def test_stamps_go_back_within_one_edit_only(grown: Organisation) -> None:
    pairs = list(zip(grown.journals, grown.journals[1:], strict=False))
    back = [(one, other) for one, other in pairs if other.created < one.created]
    assert back
    assert all((one.created - other.created).total_seconds() <= 1.35 for one, other in back)
    assert all(one.source_id == other.source_id for one, other in back)


def test_foreign_documents_gain_and_lose(grown: Organisation) -> None:
    realised = grown.refs.system("REALISEDCURRENCYGAIN")
    paid = [it for it in grown.journals if it.source.endswith("PAYMENT")]
    gains = [it for it in paid if any(line.account is realised for line in it.lines)]
    assert len(gains) > len(paid) // 10
    report = grown.report("TrialBalance", {"date": "2026-10-31"})
    names = [row["Cells"][0]["Value"] for section in report["Rows"] for row in section.get("Rows", ())]
    assert "Unrealised Currency Gains (498)" in names
    assert sum(grown.balances(date.max).values(), Decimal(0)) == 0
