"""What every payroll provider must hold, as tests. A provider's own test subclasses `PayrollContract`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest

from tieout.providerkit.errors import ProviderError
from tieout.providerkit.payroll import Payroll


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPayroll:
    """One company's payroll at a stand-in, with at least two runs on different days."""

    payroll: Callable[[], Payroll]  # opens the same payroll anew
    fail: Callable[[], object]  # reads where the source is broken or refuses
    secrets: Callable[[], Iterable[str]]  # what no error may say: tokens, and what people are paid


class PayrollContract:
    """The promises of `payroll.Payroll`."""

    @pytest.fixture
    def opened(self) -> OpenedPayroll:
        """Return the payroll to test. Every subclass gives its own."""
        raise NotImplementedError

    def test_runs_are_whole_and_in_order(self, opened: OpenedPayroll) -> None:
        runs = list(opened.payroll().pay_runs(None))
        assert len(runs) >= 2
        assert [run.check_date for run in runs] == sorted(run.check_date for run in runs)
        assert len({run.external_id for run in runs}) == len(runs)
        for run in runs:
            assert run.external_id
            assert run.period_start <= run.period_end
            assert run.lines

    def test_nobody_gets_more_than_was_earned(self, opened: OpenedPayroll) -> None:
        for run in opened.payroll().pay_runs(None):
            for line in run.lines:
                assert min(0, line.gross) <= line.net <= max(0, line.gross)
                assert not line.of_nobody or (line.gross, line.net) == (0, 0)

    def test_people_come_once_and_lines_name_them(self, opened: OpenedPayroll) -> None:
        payroll = opened.payroll()
        people = list(payroll.people())
        refs = [person.ref for person in people if person.ref]
        assert len(set(refs)) == len(refs)
        assert all(person.name or person.ref for person in people)
        known = {person.ref for person in people} | {person.name for person in people}
        for run in payroll.pay_runs(None):
            for line in run.lines:
                assert line.of_nobody or {line.ref, line.name} & known

    def test_pay_is_told_where_it_is_promised(self, opened: OpenedPayroll) -> None:
        payroll = opened.payroll()
        told = [person for person in payroll.people() if person.compensations]
        assert bool(told) == payroll.capabilities.tells_pay
        for person in told:
            days = [one.effective for one in person.compensations]
            assert days == sorted(days)

    def test_since_leaves_out_what_is_earlier_and_nothing_else(self, opened: OpenedPayroll) -> None:
        runs = list(opened.payroll().pay_runs(None))
        for since in {run.check_date for run in runs}:
            found = list(opened.payroll().pay_runs(since))
            assert found == [run for run in runs if run.check_date >= since]

    def test_read_again_is_the_same(self, opened: OpenedPayroll) -> None:
        payroll = opened.payroll()
        first = list(payroll.pay_runs(None)), list(payroll.people())
        assert first == (list(payroll.pay_runs(None)), list(payroll.people()))
        assert first == (list(opened.payroll().pay_runs(None)), list(opened.payroll().people()))

    def test_failures_have_names_and_keep_secrets(self, opened: OpenedPayroll) -> None:
        with pytest.raises(ProviderError) as failure:
            opened.fail()
        said: BaseException | None = failure.value
        assert str(said)
        while said is not None:
            assert not [secret for secret in opened.secrets() if secret in repr(said)]
            said = said.__cause__ or said.__context__
