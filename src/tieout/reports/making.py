"""A report made as it was asked for, whoever asks: a page, a file, a command, or a pack of several."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils import timezone

from tieout.companies.models import Company
from tieout.expenses.placement import payroll_accounts
from tieout.kit.remember import remembering
from tieout.reports.asked import number_of
from tieout.reports.catalogue import Offer, Report, report_named
from tieout.reports.document import Document
from tieout.reports.queries import LedgerAt
from tieout.reports.question import Question, ask


@dataclass(frozen=True, slots=True)
class Made:
    """A report as somebody asked for it."""

    report: Report
    at: LedgerAt
    asked: Question
    document: Document

    @property
    def file_name(self) -> str:
        """What a file of it is called, without its ending."""
        return f"{self.at.company.slug}-{self.report.name}-{self.asked.first}-to-{self.asked.last}"


def make(
    company: Company, name: str, query: QueryDict, *, sees_pay: bool, folded: bool = False, findings: bool = False
) -> Made:
    """Return a report of a company; raise NoReport, in words, for what there is not.

    Who does not see pay gets the lines of payroll accounts and entries as sums (spec §14). ``folded`` makes one
    row of those that a page has no room for; ``findings`` looks for what is worth looking at.
    """
    report = report_named(name)
    most = (number_of(query.get("rows", ""), "a number of rows") or report.defaults.most) if folded else 0
    with remembering():
        at, asked = asked_of(company, report, query, sees_pay=sees_pay)
        asked = replace(asked, most=most, findings=findings)
        return Made(report, at, asked, report.make(at, asked))


def asked_of(company: Company, report: Offer, query: QueryDict, *, sees_pay: bool) -> tuple[LedgerAt, Question]:
    """Return the ledger as known when a report is asked for, and the question; raise NoReport, in words."""

    def masked(at: LedgerAt) -> frozenset[int] | None:
        return None if sees_pay else payroll_accounts(company, at.book)

    return ask(company, query, today=timezone.localdate(), defaults=report.defaults, masked=masked)
