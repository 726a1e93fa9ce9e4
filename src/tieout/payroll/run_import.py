"""Pay runs of a payroll provider: what they would change, before anything is written; then exactly that.

The audit log gets counts and dates, never what somebody was paid.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.companies.models import Company
from tieout.payroll.matching import Matcher, matcher
from tieout.payroll.models import PayLine, PayRun
from tieout.providerkit.payroll import Payroll, PayRunRecord


class Outcome(StrEnum):
    """What a run would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run: whom it pays, how many of them are on the list, and what it costs. Minor units."""

    record: PayRunRecord
    outcome: Outcome
    matched: int
    unmatched: tuple[str, ...]  # names or ids
    cost: int
    cost_before: int | None  # of the run that it would replace

    @property
    def people(self) -> int:
        """How many it pays."""
        return self.matched + len(self.unmatched)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The runs that could be read, and what could not, in sentences with their places."""

    runs: tuple[RunRow, ...]
    problems: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many runs there are of each outcome."""
        return {outcome.value: sum(row.outcome is outcome for row in self.runs) for outcome in Outcome}

    @property
    def good(self) -> int:
        """How many runs would write something."""
        return sum(row.outcome is not Outcome.SAME for row in self.runs)

    @property
    def unmatched(self) -> list[str]:
        """Who is paid and not on the list."""
        return sorted({name for row in self.runs for name in row.unmatched})

    @property
    def cost(self) -> int:
        """What all runs cost."""
        return sum(row.cost for row in self.runs)


class RunsAreWrong(Exception):
    """Some rows are wrong and nobody said to leave their runs out. ``str()`` is fit for the page."""


def preview(company: Company, source: str, payroll: Payroll) -> Preview:
    """Return what the runs of a source (a provider's key) would do."""
    stored = {run.external_id: run for run in PayRun.objects.filter(company=company, source=source)}
    match = matcher(company)
    rows = [_row(record, stored.get(record.external_id), match) for record in payroll.pay_runs(None)]
    return Preview(runs=tuple(rows), problems=tuple(str(problem) for problem in payroll.problems))


@transaction.atomic
def write(*, company: Company, person: User, source: str, payroll: Payroll, only_good: bool = False) -> Preview:
    """Write what the preview says, and return it. Raise RunsAreWrong, and write nothing, if a row is wrong.

    ``only_good`` leaves the runs of wrong rows out instead. The same runs again write nothing.
    """
    found = preview(company, source, payroll)
    if found.problems and not only_good:
        rows = len(found.problems)
        raise RunsAreWrong(f"{rows} {'row is' if rows == 1 else 'rows are'} wrong, so nothing was imported.")
    match = matcher(company)
    for row in found.runs:
        if row.outcome is not Outcome.SAME:
            _write_run(company, person, source, row.record, match)
    if found.good:
        audit.record(company, person, "imported pay runs", company, after={**found.counts, "source": source})
    return found


@transaction.atomic
def remove_run(company: Company, run_id: int, *, person: User) -> bool:
    """Take an imported run out and return whether there was one."""
    run = PayRun.objects.filter(company=company, pk=run_id).first()
    if run is None:
        return False
    audit.record(company, person, "removed a pay run", run, before=_told(run, run.lines.count()))
    run.delete()
    return True


def digest(record: PayRunRecord) -> str:
    """Return a hash of all that a run holds, whatever the order of its lines."""
    lines = sorted((it.ref, it.name, it.gross, it.employer_taxes, it.benefits, it.net) for it in record.lines)
    text = repr((str(record.check_date), str(record.period_start), str(record.period_end), lines))
    return hashlib.sha256(text.encode()).hexdigest()


def _row(record: PayRunRecord, stored: PayRun | None, match: Matcher) -> RunRow:
    people = {(line.ref, line.name) for line in record.lines if not line.of_nobody}
    unmatched = sorted(name or ref for ref, name in people if match(ref, name) is None)
    outcome = Outcome.NEW
    if stored is not None:
        outcome = Outcome.SAME if stored.digest == digest(record) else Outcome.CHANGED
    before = stored.lines.all() if stored is not None and outcome is Outcome.CHANGED else None
    return RunRow(
        record=record,
        outcome=outcome,
        matched=len(people) - len(unmatched),
        unmatched=tuple(unmatched),
        cost=sum(line.cost for line in record.lines),
        cost_before=None if before is None else sum(it.gross + it.employer_taxes + it.benefits for it in before),
    )


def _write_run(company: Company, person: User, source: str, record: PayRunRecord, match: Matcher) -> None:
    old = PayRun.objects.filter(company=company, source=source, external_id=record.external_id).first()
    before = _told(old, old.lines.count()) if old else {}
    fields = {
        "check_date": record.check_date,
        "period_start": record.period_start,
        "period_end": record.period_end,
        "digest": digest(record),
    }
    run, _ = PayRun.objects.update_or_create(
        company=company, source=source, external_id=record.external_id, defaults=fields
    )
    run.lines.all().delete()
    PayLine.objects.bulk_create(
        (
            PayLine(
                run=run, employee_id=None if it.of_nobody else match(it.ref, it.name), ref=it.ref, name=it.name,
                gross=it.gross, employer_taxes=it.employer_taxes, benefits=it.benefits, net=it.net,
            )
            for it in record.lines
        ),
        batch_size=500,
    )  # fmt: skip
    what = "replaced a pay run" if old else "added a pay run"
    audit.record(company, person, what, run, before=before, after=_told(run, len(record.lines)))


def _told(run: PayRun, lines: int) -> dict[str, audit.Value]:
    """Return what the audit log may say of a run: dates and how many lines, no amount."""
    period = f"{run.period_start} to {run.period_end}"
    return {"check date": str(run.check_date), "period": period, "lines": lines}
