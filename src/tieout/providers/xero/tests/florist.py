"""A small organisation for tests of the sandbox's wire: one of everything that the API shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import httpx2

from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.host import Sandbox
from tieout.providers.xero.tests.standing import TODAY

TENANT = "70784a63-d24b-46a9-a4db-0e70a274b056"
OTHER = "70784a63-d24b-46a9-a4db-0e70a274b057"
SCOPES = (
    "offline_access", "accounting.settings.read", "accounting.contacts.read", "accounting.invoices.read",
    "accounting.payments.read", "accounting.banktransactions.read", "accounting.manualjournals.read",
    "accounting.budgets.read", "accounting.classicexpenses.read", "accounting.reports.trialbalance.read",
    "accounting.reports.balancesheet.read", "accounting.reports.profitandloss.read",
    "accounting.reports.banksummary.read", "accounting.reports.executivesummary.read",
    "accounting.reports.budgetsummary.read", "accounting.journals.read",
)  # fmt: skip
NONE: Mapping[str, str] = MappingProxyType({})
HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Florist:
    """The organisation and the ids of what it holds, by the names given here."""

    organisation: Organisation
    ids: dict[str, str] = field(default_factory=dict)

    def make(self, name: str, kind: str, **payload: object) -> str:
        """Create a document, an hour after the one before, and remember its id."""
        self.organisation.clock.skip(HOUR)
        self.ids[name] = self.organisation.create(kind, payload)
        return self.ids[name]


def florist(*, clock: Clock, tenant: str = TENANT) -> Florist:
    """Return the organisation, with a year that began in January 2026. Its clock ends on the day of the tests."""
    it = Florist(
        Organisation(tenant=tenant, name="Maple Florist", currency="NZD", clock=clock, timezone="Pacific/Auckland")
    )
    _lists(it)
    _documents(it)
    return it


def _lists(it: Florist) -> None:
    for code, name, kind in (
        ("090", "Business Account", "BANK"),
        ("091", "Savings", "BANK"),
        ("200", "Sales", "REVENUE"),
        ("310", "Flowers bought", "DIRECTCOSTS"),
        ("469", "Rent", "OVERHEADS"),
        ("710", "Van", "FIXED"),
        ("803", "Accruals", "CURRLIAB"),
        ("970", "Owner", "EQUITY"),
    ):
        it.make(code, "Accounts", Code=code, Name=name, Type=kind)
    it.make("dollars", "Accounts", Code="095", Name="Dollars", Type="BANK", CurrencyCode="USD")
    it.make("sales tax", "TaxRates", TaxType="OUTPUT2", Name="15% GST on Income", EffectiveRate=15)
    it.make("purchase tax", "TaxRates", TaxType="INPUT2", Name="15% GST on Expenses", EffectiveRate=15)
    it.make("region", "TrackingCategories", Name="Region", Options=[{"Name": "North"}, {"Name": "South"}])
    it.make("rose", "Items", Code="ROSE", Name="Rose", SalesDetails={"UnitPrice": "2.5125", "AccountCode": "200"})
    it.make("City Agency", "Contacts", Name="City Agency", EmailAddress="city@example.com")
    it.make("Petal Farm", "Contacts", Name="Petal Farm")
    it.make("Gone Ltd", "Contacts", Name="Gone Ltd")
    it.make(
        "budget", "Budgets",
        BudgetLines=[{"AccountCode": "200", "BudgetBalances": [{"Period": "2026-01", "Amount": 100},
                                                               {"Period": "2026-02", "Amount": 120}]}],
    )  # fmt: skip


def _contact(it: Florist, name: str) -> dict[str, str]:
    return {"ContactID": it.ids[name]}


def _line(amount: object, code: str, **more: object) -> dict[str, object]:
    return {"Description": f"line of {code}", "Quantity": 1, "UnitAmount": amount, "AccountCode": code, **more}


def _documents(it: Florist) -> None:
    tagged = {"Tracking": [{"Name": "Region", "Option": "North"}]}
    it.organisation.post_system(
        "2026-01-01",
        [{"AccountID": it.ids["090"], "NetAmount": 5000}, {"AccountID": it.ids["970"], "NetAmount": -5000}],
        reference="conversion balances",
    )
    sold: dict[str, Any] = {"Type": "ACCREC", "Contact": _contact(it, "City Agency"), "Status": "AUTHORISED"}
    for number, day in ((1, "2026-01-05"), (2, "2026-01-20"), (3, "2026-02-10")):
        it.make(
            f"INV-{number}", "Invoices", **sold, InvoiceNumber=f"INV-{number}", Date=day, DueDate="2026-03-31",
            LineItems=[_line(100 * number, "200", ItemCode="ROSE", TaxType="OUTPUT2", **tagged)],
        )  # fmt: skip
    it.make("draft", "Invoices", **{**sold, "Status": "DRAFT"}, InvoiceNumber="INV-4", Date="2026-02-11",
            LineItems=[_line(7, "200")])  # fmt: skip
    it.make("BILL-1", "Invoices", Type="ACCPAY", Contact=_contact(it, "Petal Farm"), Status="AUTHORISED",
            InvoiceNumber="BILL-1", Date="2026-01-12", LineItems=[_line("57.50", "310", TaxType="INPUT2")])  # fmt: skip
    it.make("dollar invoice", "Invoices", **sold, InvoiceNumber="INV-USD", Date="2026-01-15", CurrencyCode="USD",
            CurrencyRate="0.6", LineItems=[_line(60, "200")])  # fmt: skip
    it.make("CN-1", "CreditNotes", Type="ACCRECCREDIT", Contact=_contact(it, "City Agency"), Status="AUTHORISED",
            CreditNoteNumber="CN-1", Date="2026-02-12", LineItems=[_line(10, "200", TaxType="OUTPUT2")])  # fmt: skip
    it.ids["payment"] = it.organisation.pay(
        "Invoices", it.ids["INV-1"], amount=115, day="2026-02-03", account=it.ids["090"]
    )
    it.organisation.allocate("CreditNotes", it.ids["CN-1"], invoice=it.ids["INV-2"], amount=5, day="2026-02-13")
    bank = {"BankAccount": {"AccountID": it.ids["090"]}}
    it.make("rent", "BankTransactions", Type="SPEND", **bank, Date="2026-01-31", Contact=_contact(it, "Petal Farm"),
            LineItems=[_line(300, "469")])  # fmt: skip
    it.make("advance", "BankTransactions", Type="SPEND-PREPAYMENT", **bank, Date="2026-02-05",
            Contact=_contact(it, "Petal Farm"), LineItems=[_line(40, "310")])  # fmt: skip
    it.make("too much", "BankTransactions", Type="RECEIVE-OVERPAYMENT", **bank, Date="2026-02-06",
            Contact=_contact(it, "City Agency"), LineItems=[_line(12, "200")])  # fmt: skip
    it.make("transfer", "BankTransfers", FromBankAccount={"AccountID": it.ids["090"]}, Amount=250, Date="2026-02-20",
            ToBankAccount={"AccountID": it.ids["091"]})  # fmt: skip
    it.make(
        "accrual", "ManualJournals", Narration="Accrue rent", Date="2026-01-31", Status="POSTED",
        JournalLines=[{"LineAmount": 500, "AccountCode": "469", "Description": "Rent"},
                      {"LineAmount": -500, "AccountCode": "803", "Description": "Rent"}],
    )  # fmt: skip


class Shop:
    """The sandbox with the florist in it, a client that is connected, and the control address."""

    def __init__(self, *, scopes: tuple[str, ...] = SCOPES, limits: bool = False, others: bool = False) -> None:
        clock = Clock.at(TODAY - timedelta(days=7))
        self.florist = florist(clock=clock)
        self.ids = self.florist.ids
        organisations = [self.florist.organisation]
        if others:
            organisations.append(Organisation(tenant=OTHER, name="Harbour Tea", currency="AUD", clock=clock))
        clock.advance(to=TODAY)
        self.sandbox = Sandbox(organisations, clock=clock, limits=limits, ticks=lambda: self.ticks)
        self.ticks = 1_000_000.0
        self.token = self.sandbox.grants.issue([it.tenant for it in organisations], scopes).access.token
        self.http = httpx2.Client(transport=httpx2.WSGITransport(app=self.sandbox.app), base_url="http://sandbox")

    @property
    def headers(self) -> dict[str, str]:
        """What an app sends with each call."""
        return {"Authorization": f"Bearer {self.token}", "xero-tenant-id": TENANT, "Accept": "application/json"}

    def call(self, path: str, headers: Mapping[str, str] = NONE, /, **params: object) -> httpx2.Response:
        """Return the answer to a read."""
        given = {key: str(value) for key, value in params.items()}
        return self.http.get(f"/api.xro/2.0/{path}", params=given, headers={**self.headers, **headers})

    def get(self, path: str, **params: object) -> list[dict[str, Any]]:
        """Return the entities of an answer."""
        answer = self.call(path, **params)
        assert answer.status_code == 200, answer.text
        return list(answer.json()[path.partition("/")[0].replace("Organisation", "Organisations")])

    def whole(self, path: str, headers: Mapping[str, str] = NONE, /, **params: object) -> dict[str, Any]:
        """Return an answer with its envelope."""
        answer = self.call(path, headers, **params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def control(self, command: str, **body: object) -> dict[str, Any]:
        """Do something at the control address."""
        answer = self.http.post(f"/control/{command}", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def told(self, what: str, **params: str) -> dict[str, Any]:
        """Return what the control address tells."""
        answer = self.http.get(f"/control/{what}", params=params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())
