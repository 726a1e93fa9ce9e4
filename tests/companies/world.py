"""A company with one of everything that an address may name, so that another company can ask for it by its id."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from tests.budgets import plans
from tests.companies.routes import Arguments, Route
from tests.expenses import small_ledger

from tieout.budgets.models import BudgetImport, BudgetRow
from tieout.companies import invitations
from tieout.companies.models import Company, Membership, Role
from tieout.connections.models import Connection, Notice, RunKind, RunState, SyncRun
from tieout.departments import services as departments
from tieout.departments.categories import Category
from tieout.expenses.models import Link
from tieout.payroll.models import Employee, HiringDriver, PayLine, PayRun, Raise, Upload, UploadKind
from tieout.planning.models import PaymentTerm, Variable

NOW = datetime(2026, 5, 4, 6, 12, tzinfo=UTC)
DAY = date(2026, 5, 4)
_PEOPLE_SHEET = b"Name,Start\r\nAda,2026-01-01\r\n"
_RUNS_SHEET = (
    b"Check date,Employee,Gross,Employer taxes,Benefits,Net,Period start,Period end\r\n"
    b"2026-05-04,Ada,1.00,0,0,1.00,2026-04-01,2026-04-30\r\n"
)
_ADVERTISING = [{"field": "account", "verb": "is", "terms": [{"text": "6200"}]}]
_OTHER_KINDS = {"payroll:run": "pay_run_id", "payroll:remove-run": "pay_run_id", "payroll:runs-preview": "runs_id"}


class World:
    """What is in one company. ``ids`` are by the name of the argument; two kinds share a name and go by their route."""

    def __init__(self, company: Company, person: User, *, external_id: str) -> None:
        self.company = company
        self.ids: dict[str, int] = {
            "membership_id": Membership.objects.filter(company=company).earliest("pk").pk,
            **_people(company, person),
            **_plans(company, person, external_id),
        }

    def arguments(self, route: Route) -> Arguments:
        """Return the arguments of one route."""
        ids = {**self.ids, "run_id": self.ids["run_id"]}
        for name in ("run_id", "upload_id"):
            if name in route.arguments and route.name in _OTHER_KINDS:
                ids[name] = self.ids[_OTHER_KINDS[route.name]]
        if route.name.startswith("revenue:"):
            ids["expense_id"] = self.ids["stream_id"]
        return {**ids, "company": self.company.slug}


def _people(company: Company, person: User) -> dict[str, int]:
    invited, _ = invitations.invite(
        company, email="dora@example.com", role=Role.VIEWER, payroll_detail=False, person=person, now=NOW
    )
    employee = Employee.objects.create(company=company, name="Ada Lovelace", start=DAY)
    sheet: dict[str, Any] = {"company": company, "person": person, "name": "sheet.csv", "at": NOW}
    run = PayRun.objects.create(
        company=company, source="file", external_id="1", check_date=DAY, period_start=DAY, period_end=DAY,
        digest="x",
    )  # fmt: skip
    PayLine.objects.create(run=run, name="Ada", gross=1, employer_taxes=0, benefits=0, net=1)
    return {
        "invitation_id": invited.pk,
        "employee_id": employee.pk,
        "raise_id": Raise.objects.create(employee=employee, from_month=202606).pk,
        "driver_id": HiringDriver.objects.create(company=company, title="Engineer", formula="1", start=202606).pk,
        "upload_id": Upload.objects.create(kind=UploadKind.PEOPLE, data=_PEOPLE_SHEET, **sheet).pk,
        "runs_id": Upload.objects.create(kind=UploadKind.RUNS, data=_RUNS_SHEET, **sheet).pk,
        "pay_run_id": run.pk,
    }


def _plans(company: Company, person: User, external_id: str) -> dict[str, int]:
    book = small_ledger.new_book(company, external_id)
    small_ledger.sync(book)
    hosting = small_ledger.expense(book, "5010")
    budget = plans.budget(company, book, person, "Budget 2026", hosting=[700_00] * 12)
    connection = Connection.objects.create(
        company=company, provider="quickbooks", organisation=book.organisation, book=book, connected_at=NOW
    )
    run = SyncRun.objects.create(
        connection=connection, kind=RunKind.MANUAL, state=RunState.FAILED, requested_at=NOW, finished_at=NOW
    )
    made = departments.create(company, category=Category.GENERAL_ADMINISTRATIVE, name="Legal", person=person)
    upload = BudgetImport.objects.create(
        company=company,
        person=person,
        created_at=timezone.now(),
        name="Plan",
        file="plan.csv",
        rows=[["Account", "2026-01"]],
    )
    return {
        "expense_id": hosting.pk,
        "stream_id": small_ledger.expense(book, "4000").pk,
        "link_id": Link.objects.create(company=company, expense=hosting, position=1, rule=_ADVERTISING).pk,
        "budget_id": budget.pk,
        "row_id": BudgetRow.objects.filter(budget=budget).earliest("pk").pk,
        "import_id": upload.pk,
        "term_id": PaymentTerm.objects.create(company=company, name="30 days", shares=[0, 1_000_000]).pk,
        "variable_id": Variable.objects.create(company=company, name="Seats").pk,
        "department_id": made.pk,
        "run_id": run.pk,
        "notice_id": Notice.objects.create(
            company=company, person=person, at=NOW, title="Told", text="Something", path="/"
        ).pk,
    }
