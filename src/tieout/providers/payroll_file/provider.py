"""The provider of pay-run files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from tieout.providerkit.errors import UnreadableBooks
from tieout.providerkit.interface import About, GrantKind, Group
from tieout.providerkit.payroll import Payroll, PayrollCapabilities, PayRunRecord, PersonRecord
from tieout.providers.payroll_file.columns import HEAD
from tieout.providers.payroll_file.mapping import Parsed, parse


class PayRunFile:
    """Files of pay runs, one row a person and run."""

    about = About(
        key="payroll_file",
        name="Pay-run file",
        short="PF",
        group=Group.PAYROLL,
        grant=GrantKind.FILE,
        bases=(),
        editions="CSV, XLSX",
        reads="check date, period, person, gross pay, employer taxes, benefits and net pay of each pay run",
        never_reads="addresses, bank accounts, tax numbers",
        admin_note="An editor with the payroll-detail right brings the file.",
        docs="providers/payroll-file.md",
    )
    configured = True
    head = HEAD

    def read(self, rows: Sequence[Sequence[str]], *, digits: int, currency: str = "") -> Payroll:
        """Return what the rows of a table hold. Raise UnreadableBooks where they are no table of pay runs."""
        return _File(parse(rows, digits, currency))


class _File:
    """One file, read."""

    capabilities = PayrollCapabilities(lists_people=False, tells_pay=False, sees_removals=False)

    def __init__(self, parsed: Parsed) -> None:
        self._parsed = parsed

    @property
    def problems(self) -> Sequence[UnreadableBooks]:
        return self._parsed.problems

    def people(self) -> Iterator[PersonRecord]:
        """Yield who was paid."""
        seen: set[str] = set()
        for run in self._parsed.runs:
            for line in run.lines:
                key = line.ref or line.name
                if key and key not in seen:
                    seen.add(key)
                    yield PersonRecord(ref=line.ref, name=line.name)

    def pay_runs(self, since: date | None) -> Iterator[PayRunRecord]:
        """Yield the runs of which every row could be read."""
        yield from (run for run in self._parsed.runs if since is None or run.check_date >= since)
