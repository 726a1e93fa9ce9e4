"""The proving half of a run: the provider's statements beside ours, and the months read again where they disagree.

First the statements of which one call holds many months, for all of history: where they differ, something changed
that nobody told of. Then the trial balances of the month ends that something changed at; the others stay compared
as they were, since what they are made of has not moved. What the platform is known not to itemise is explained by
entries of our own (`ledger.explaining`) and is no doubt.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from django.db import transaction
from django.db.models import F

from tieout.connections.models import Phase, Reach
from tieout.connections.reading import REREADS, Reader
from tieout.core.month import Month
from tieout.core.records import Balances, EntryKind, Statement
from tieout.ledger import tie_out, touched
from tieout.ledger.explaining import months_explained_otherwise
from tieout.ledger.listings import NotListed
from tieout.ledger.queries import last_month
from tieout.ledger.tie_out import Before, Mismatch, TieOut


def prove(reader: Reader, months: Sequence[Month]) -> tuple[TieOut, list[Mismatch]]:
    """Return the tie-out, and the balances that tied at the published version and do not now.

    While there are such, their months are read again: once because nobody told of a change (where only changes are
    read), and up to three times because somebody may be posting. Where nothing is published yet there are none, but
    months that differ are read once more as well. Months after the given ones are compared too, as far as anything is
    or was posted ahead.
    """
    if not reader.books.capabilities.reports_balances:
        reader.hold.note(phase=Phase.TIE_OUT)
        return TieOut(()), []
    return _Prover(reader, months).prove()


def suspects(doubts: Sequence[Mismatch]) -> list[Month]:
    """Return the months in which a difference first appears or moves: a balance carries it on to all later ones."""
    found: set[Month] = set()
    by_place = sorted(doubts, key=lambda it: (it.statement, it.account, it.month))
    for _, series in groupby(by_place, key=lambda it: (it.statement, it.account)):
        previous: Mismatch | None = None
        for it in series:
            if previous is None or it.month != previous.month + 1 or it.difference != previous.difference:
                found.add(it.month)
            previous = it
    return sorted(found)


class _Prover:
    """Compares one version, and reads on while there are doubts."""

    def __init__(self, reader: Reader, months: Sequence[Month]) -> None:
        self._reader = reader
        self._book = reader.stage.book
        self._months = list(months)
        self._before: Before | None = tie_out.before(self._book) if self._book.published else None
        self._surveys = reader.books.capabilities.surveys
        # A first import has nothing that tied before: what differs is read once more, and published as it is then.
        self._left = 1 if self._before is None else REREADS + (reader.hold.run.reach == Reach.CHANGES)
        self._itemises = reader.books.capabilities.itemises_everything
        self._looked_behind_residuals = False

    def prove(self) -> tuple[TieOut, list[Mismatch]]:
        result, doubts = self._read_until_it_ties()
        return result, doubts if self._before is not None else []

    def _read_until_it_ties(self) -> tuple[TieOut, list[Mismatch]]:
        while True:
            self._reader.hold.note(phase=Phase.TIE_OUT, reading="the provider's statements")
            result, doubts = self._surveyed() if self._surveys else self._whole()
            if not doubts and self._surveys:
                result, doubts = self._whole()
            if not doubts:
                if self._looks_behind_residuals(result):
                    continue
                return result, doubts
            if not self._left:  # whoever decides about it sees the whole; a run of changes goes on to read everything
                return (result, doubts) if self._reads_changes else self._whole()
            self._left -= 1
            self._read_again(doubts)

    def _surveyed(self) -> tuple[TieOut, list[Mismatch]]:
        months = self._all_months()
        for statement in self._surveys:
            self._ask(statement, months)
        return self._compared({(statement, month) for statement in self._surveys for month in months})

    def _whole(self) -> tuple[TieOut, list[Mismatch]]:
        months = self._all_months()
        asked = self._to_ask(months)
        self._ask(Statement.TRIAL_BALANCE, asked)
        if self._reads_changes and not self._surveys:  # one that has come back changed stands in all later ones
            asked = self._to_ask(months)
            self._ask(Statement.TRIAL_BALANCE, asked)
        kept = set(months) & self._compared_before() if self._reads_changes else set()
        trial = {(Statement.TRIAL_BALANCE, month) for month in (*asked, *kept)}
        return self._compared(trial | {(statement, month) for statement in self._surveys for month in months})

    def _compared(self, received: Collection[tuple[Statement, Month]]) -> tuple[TieOut, list[Mismatch]]:
        result = tie_out.compare(self._book, self._reader.stage.version, received, itemises=self._itemises)
        self._reader.hold.note(
            compared=result.compared, differing=len(result.mismatches), largest=result.largest,
            itemised=None if self._itemises else result.coverage.per_mille,
            revalued=result.explanation.kind is EntryKind.REVALUATION and bool(result.explanation.movements),
        )  # fmt: skip
        if self._before is None:
            return result, list(result.mismatches)
        return result, tie_out.newly_differing(result, self._before)

    def _read_again(self, doubts: Sequence[Mismatch]) -> None:
        """Read the months where doubts begin; where the statements of before still contradict, ask for those anew."""
        reader, months = self._reader, suspects(doubts)
        drift = self._reads_changes and self._left == REREADS
        reader.more(months, **({"drifted": F("drifted") + len(months)} if drift else {}))
        received = [(it.statement, it.month) for it in doubts]
        if self._compared(set(received))[1]:
            for statement in Statement:
                kept = [key for key in reader.staged(statement.value) or () if Month.from_key(key) < months[0]]
                if reader.staged(statement.value) is not None:
                    reader.keep(statement.value, kept)

    def _looks_behind_residuals(self, result: TieOut) -> bool:
        """Read those months, once, of which something else is not itemised now and nobody told that they changed."""
        if self._itemises or not self._reads_changes or self._looked_behind_residuals:
            return False
        self._looked_behind_residuals = True
        moved = months_explained_otherwise(self._book, self._book.published, result.explanation)
        unread = sorted(set(moved) & set(self._months) - self._reader.months_read())
        if unread:
            self._reader.more(unread)
        return bool(unread)

    # --- which month ends ---

    @property
    def _reads_changes(self) -> bool:
        return self._reader.hold.run.reach == Reach.CHANGES

    def _all_months(self) -> list[Month]:
        ahead = last_month(self._book) or self._months[-1]
        return [*self._months, *(self._months[-1] + 1).until(ahead + 1)]

    def _compared_before(self) -> set[Month]:
        if self._before is None:
            return set()
        return {month for statement, month in self._before.compared if statement is Statement.TRIAL_BALANCE}

    def _to_ask(self, months: Sequence[Month]) -> list[Month]:
        """Return the month ends whose trial balance may not be what it was: asked for anew.

        Income and expense stand in it from the fiscal year's first day on: another month's result changes the trial
        balances of all later months of its year. Where no survey has told which balances moved, all are asked from
        the first month on in which an entry did.
        """
        if not self._reads_changes:
            return list(months)
        running, known = self._months[-1], self._compared_before()
        wanted = {running, *self._reader.months_read()}
        if not self._surveys:
            first = touched.first_month_changed(self._book, self._reader.stage.version)
            changed = [month for _, month in touched.changed_statements(self._book, self._reader.stage.version)]
            first = min([*changed, *([first] if first is not None else [])], default=None)
            wanted |= {month for month in months if first is not None and month >= first}
        for statement, month in touched.changed_statements(self._book, self._reader.stage.version):
            wanted.add(month)
            if statement is Statement.PROFIT_AND_LOSS:
                year = month.fiscal_year_start(self._book.fiscal_year_first_month)
                wanted |= set(month.until(year + 12))
        return [month for month in months if month in wanted or month not in known]

    # --- asking ---

    def _ask(self, statement: Statement, months: Sequence[Month]) -> None:
        """Stage a statement at those month ends that are not staged yet, each as soon as it is there."""
        reader = self._reader
        known = set(reader.staged(statement.value) or ())
        for balances in reader.books.balances(statement, [month for month in months if month.key not in known]):
            reader.hold.note(reading=f"statements of {balances.month.start:%B %Y}")
            self._stage_or_list_again(balances)
            reader.check()

    def _stage_or_list_again(self, balances: Balances) -> None:
        try:
            self._stage(balances)
        except NotListed:  # an account was made after the lists were read
            self._reader.lists_anew()
            self._reader.hold.note(phase=Phase.TIE_OUT)
            self._stage(balances)

    def _stage(self, balances: Balances) -> None:
        reader, what = self._reader, balances.statement.value
        with transaction.atomic():
            written = reader.stage.balances([balances])
            months = [*(reader.staged(what) or ()), balances.month.key]
            reader.keep(what, months, rows_written=F("rows_written") + written)
