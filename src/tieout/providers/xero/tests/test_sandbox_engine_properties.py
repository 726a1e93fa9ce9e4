"""Whatever people do in the sandbox, and in whatever order: the books only grow, and always hold together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tieout.providers.xero.sandbox.engine import BadDocument
from tieout.providers.xero.sandbox.exact_rates import exact_rate
from tieout.providers.xero.sandbox.payments import rest_of
from tieout.providers.xero.sandbox.small import Small, line, small
from tieout.providers.xero.sandbox.trial_balance import trial_balance
from tieout.providers.xero.tests.test_sandbox_engine import check

DAYS = st.dates(date(2025, 11, 20), date(2026, 4, 10))
AMOUNTS = st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2)
RATES = st.decimals(Decimal("0.2"), Decimal(9), places=6)
LINES = st.lists(
    st.builds(
        lambda code, amount, tax: line(code, amount, TaxType=tax, Tracking=[{"Name": "Region", "Option": "North"}]),
        st.sampled_from(("200", "310", "469", "489", "803")),
        AMOUNTS,
        st.sampled_from(("NONE", "INPUT2", "OUTPUT2")),
    ),
    min_size=1,
    max_size=4,
)
MODES = st.sampled_from(("Exclusive", "Inclusive", "NoTax"))
PLACES = st.integers(0, 10**6)
LIVE = ("AUTHORISED", "PAID")


class People(RuleBasedStateMachine):
    """People at work in the flower shop."""

    shop: Small

    @initialize()
    def open_shop(self) -> None:
        self.shop = small()
        self.seen = list(self.shop.org.journals)

    def _try(self, act: Callable[[], object]) -> None:
        """Do something that the books may refuse; if they do, nothing is posted."""
        before = len(self.shop.org.journals)
        try:
            act()
        except BadDocument:
            assert len(self.shop.org.journals) == before

    def _one(self, kind: str, place: int) -> str | None:
        ids = list(self.shop.org.documents[kind])
        return ids[place % len(ids)] if ids else None

    @rule(
        kind=st.sampled_from(("ACCREC", "ACCPAY", "ACCRECCREDIT", "ACCPAYCREDIT")),
        day=DAYS, lines=LINES, mode=MODES, rate=st.none() | RATES, draft=st.booleans(), who=PLACES,
    )  # fmt: skip
    def invoices(self, kind: str, day: date, lines: list[Any], mode: str, rate: Decimal | None, who: int, *,
                 draft: bool) -> None:  # fmt: skip
        fields = {
            "Type": kind,
            "Contact": {"ContactID": self._one("Contacts", who)},
            "Date": day,
            "Status": "DRAFT" if draft else "AUTHORISED",
            "LineAmountTypes": mode,
            "LineItems": lines,
        }
        if rate:
            fields |= {"CurrencyCode": "USD", "CurrencyRate": rate}
        endpoint = "CreditNotes" if kind.endswith("CREDIT") else "Invoices"
        self._try(lambda: self.shop.org.create(endpoint, fields))

    @rule(endpoint=st.sampled_from(("Invoices", "CreditNotes")), place=PLACES, day=DAYS, lines=LINES, what=PLACES)
    def changes(self, endpoint: str, place: int, day: date, lines: list[Any], what: int) -> None:
        id_ = self._one(endpoint, place)
        if id_:
            fields = ({"Date": day}, {"LineItems": lines}, {"Reference": "x"}, {"Status": "AUTHORISED"},
                      {"DueDate": day}, {"Status": "VOIDED"}, {"Status": "DELETED"})[what % 7]  # fmt: skip
            self._try(lambda: self.shop.org.update(endpoint, id_, fields))

    @rule(
        endpoint=st.sampled_from(("Invoices", "CreditNotes", "Overpayments", "Prepayments")), place=PLACES, day=DAYS,
        share=st.integers(1, 3), bank=st.sampled_from(("090", "092")), rate=RATES,
    )  # fmt: skip
    def pay(self, endpoint: str, place: int, day: date, share: int, bank: str, rate: Decimal) -> None:
        id_ = self._one(endpoint, place)
        if id_ is None:
            return
        document = self.shop.org.document(endpoint, id_)
        amount = (rest_of(document) / share).quantize(Decimal("0.01"))
        at = rate if document["CurrencyCode"] == "USD" else None
        self._try(lambda: self.shop.org.pay(endpoint, id_, amount=amount, day=day, account=bank, rate=at))

    @rule(endpoint=st.sampled_from(("CreditNotes", "Overpayments", "Prepayments")), one=PLACES, other=PLACES, day=DAYS)
    def allocate(self, endpoint: str, one: int, other: int, day: date) -> None:
        credit, invoice = self._one(endpoint, one), self._one("Invoices", other)
        if credit and invoice:
            org = self.shop.org
            amount = min(rest_of(org.document(endpoint, credit)), rest_of(org.document("Invoices", invoice)))
            self._try(lambda: org.allocate(endpoint, credit, invoice=invoice, amount=amount, day=day))

    @rule(endpoint=st.sampled_from(("Payments", "BankTransactions", "BankTransfers", "ManualJournals")), place=PLACES)
    def delete(self, endpoint: str, place: int) -> None:
        id_ = self._one(endpoint, place)
        if id_:
            self._try(lambda: self.shop.org.delete(endpoint, id_))

    @rule(kind=st.sampled_from(("SPEND", "RECEIVE", "RECEIVE-OVERPAYMENT", "SPEND-PREPAYMENT")), day=DAYS, lines=LINES,
          bank=st.sampled_from(("090", "092", "093")), rate=RATES, who=PLACES)  # fmt: skip
    def money(self, kind: str, day: date, lines: list[Any], bank: str, rate: Decimal, who: int) -> None:
        fields = {"Type": kind, "Date": day, "LineItems": lines, "BankAccount": {"Code": bank}, "CurrencyRate": rate,
                  "Contact": {"ContactID": self._one("Contacts", who)},
                  "LineAmountTypes": "Exclusive" if kind in ("SPEND", "RECEIVE") else "NoTax"}  # fmt: skip
        self._try(lambda: self.shop.org.create("BankTransactions", fields))

    @rule(amount=AMOUNTS, day=DAYS, post=st.booleans())
    def manual(self, amount: Decimal, day: date, *, post: bool) -> None:
        lines = [line("469", amount), line("803", -amount)]
        fields = {"Narration": "n", "Date": day, "Status": "POSTED" if post else "DRAFT", "JournalLines": lines}
        self._try(lambda: self.shop.org.create("ManualJournals", fields))

    @rule(place=PLACES, day=DAYS, what=PLACES)
    def change_manual(self, place: int, day: date, what: int) -> None:
        id_ = self._one("ManualJournals", place)
        if id_:
            fields = ({"Date": day}, {"Status": "POSTED"}, {"Status": "VOIDED"}, {"Narration": "m"})[what % 4]
            self._try(lambda: self.shop.org.update("ManualJournals", id_, fields))

    @rule(day=DAYS)
    def lock(self, day: date) -> None:
        self.shop.org.year_lock = day if day.day > 20 else None

    @rule(one=PLACES, other=PLACES)
    def merge(self, one: int, other: int) -> None:
        ids = self._one("Contacts", one), self._one("Contacts", other)
        self._try(lambda: self.shop.org.merge_contacts(str(ids[0]), str(ids[1])))

    # --- what always holds --------------------------------------------------------------------------------------

    @invariant()
    def journals_are_only_added_to(self) -> None:
        journals = self.shop.org.journals
        assert journals[: len(self.seen)] == self.seen
        self.seen = list(journals)

    @invariant()
    def the_books_hold_together(self) -> None:
        check(self.shop.org)

    @invariant()
    def control_accounts_are_what_is_open(self) -> None:
        org = self.shop.org
        stands = org.balances(date.max)
        for purpose, types in (
            ("DEBTORS", ("ACCREC", "ACCRECCREDIT", "RECEIVE-OVERPAYMENT", "RECEIVE-PREPAYMENT")),
            ("CREDITORS", ("ACCPAY", "ACCPAYCREDIT", "SPEND-OVERPAYMENT", "SPEND-PREPAYMENT")),
        ):
            total = Decimal(0)
            for endpoint in ("Invoices", "CreditNotes", "Prepayments", "Overpayments"):
                for id_, document in org.documents[endpoint].items():
                    if document["Type"] in types and document["Status"] in LIVE:
                        total += org.open_base[id_]
                        assert bool(rest_of(document)) or not org.open_base[id_], "paid, but not off the account"
                        assert (document["Status"] == "PAID") == (not rest_of(document)), document
            assert total == stands.get(org.refs.system(purpose)["AccountID"], Decimal(0))

    @invariant()
    def what_was_undone_left_nothing(self) -> None:
        org = self.shop.org
        left: dict[str, dict[str, Decimal]] = {}
        for journal in org.journals:
            for it in journal.lines:
                of = left.setdefault(journal.source_id, {})
                of[it.account["AccountID"]] = of.get(it.account["AccountID"], Decimal(0)) + it.net
        for endpoint, documents in org.documents.items():
            for id_, document in documents.items():
                if document.get("Status") in ("VOIDED", "DELETED", "DRAFT"):
                    assert not any(left.get(id_, {}).values()), (endpoint, document)

    @invariant()
    def trial_balances_balance(self) -> None:
        for day in (date(2025, 12, 31), date(2026, 3, 31), date(2026, 4, 30)):
            foot = trial_balance(self.shop.org, {"date": day.isoformat()})["Rows"][-1]["Rows"][0]["Cells"]
            values = [Decimal(cell["Value"]) for cell in foot[1:]]
            assert values[0] == values[1]
            assert values[2] == values[3]


TestPeople = pytest.mark.slow(People.TestCase)
TestPeople.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.slow
def test_a_rate_is_found_whenever_one_exists() -> None:
    from hypothesis import given

    @settings(max_examples=300, deadline=None)
    @given(
        st.lists(st.decimals(Decimal(-99999), Decimal(99999), places=2), min_size=1, max_size=5),
        st.decimals(Decimal("0.01"), Decimal(200), places=6),
        st.sampled_from((0, 2, 3)),
    )
    def found(amounts: list[Decimal], rate: Decimal, digits: int) -> None:
        unit = Decimal(1).scaleb(-digits)
        pairs = [(foreign, round(foreign / rate, digits).quantize(unit)) for foreign in amounts]
        other = exact_rate(pairs, digits)
        if other is None:  # only where some amount lies just half way
            assert any(abs(abs(foreign / rate) % unit - unit / 2) < unit / 1000 for foreign in amounts) or not any(
                foreign for foreign, _ in pairs
            )
            return
        assert [round(foreign / other, digits) for foreign, _ in pairs] == [base for _, base in pairs]

    found()


def test_the_days_of_a_rate() -> None:
    rates = small().org.rates
    assert [rates.at("USD", date(2026, 1, 30) + timedelta(days=days)) for days in (0, 1, 28, 29)] == [
        None,
        Decimal("0.61"),
        Decimal("0.61"),
        Decimal("0.64"),
    ]
