"""The page of all reports: what each is for, those of the books and those of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tieout.companies.access import CompanyRequest, member
from tieout.reports.catalogue import REPORTS
from tieout.reports.general_ledger_views import GENERAL_LEDGER

_ICONS = {"balance-sheet": "balance", "budget-vs-actuals": "split"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A report on the page."""

    title: str
    about: str
    icon: str
    url: str


@require_GET
@member
def all_page(request: CompanyRequest) -> HttpResponse:
    """List every report, also where there are no books yet: each says so itself."""
    return render(request, "reports/all.html", {"groups": tuple(_groups(request.company.slug))})


def _groups(company: str) -> Iterator[tuple[str, list[Listed]]]:
    def listed(title: str, about: str, icon: str, name: str) -> Listed:
        return Listed(title, about, icon, reverse(name, kwargs={"company": company}))

    yield (
        "Month by month",
        [listed(it.title, it.about, _ICONS.get(it.name, it.icon), f"reports:{it.name}") for it in REPORTS],
    )
    yield (
        "The books",
        [
            listed(GENERAL_LEDGER.title, GENERAL_LEDGER.about, "reports", "reports:general-ledger"),
            listed("Change log", "What one sync found that the one before had not.", "undo", "reports:change-log"),
            listed("Cash", "Collections, payments and runway, month by month.", "cash", "planning_cash:page"),
            listed(
                "Payroll reconciliation",
                "Pay in the books beside the people who get it.",
                "people",
                "payroll:reconciliation",
            ),
        ],
    )
    yield (
        "To hand on",
        [
            listed(
                "Report pack",
                "Several reports in one PDF or workbook, of the same months and sync.",
                "download",
                "reports:pack",
            ),
            listed("Compare budgets", "Two versions of a budget beside each other.", "clock", "budgets:compare"),
        ],
    )
