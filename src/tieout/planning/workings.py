"""The model behind a forecast: every variable of a company, wired to what it depends on (docs/formulas.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tieout.core.formulas.faults import Fault, told
from tieout.core.formulas.model import Model
from tieout.core.formulas.texts import shown_place
from tieout.core.month import Month
from tieout.planning.expense_nodes import ExpenseNodes
from tieout.planning.inputs import NEW, Inputs
from tieout.planning.names import EXPENSE, HEADCOUNT, NEWCOMERS, Catalogue, catalogue_of, key_of
from tieout.planning.people_nodes import people_nodes
from tieout.planning.planned import Planned, Range
from tieout.planning.stream_nodes import stream_nodes
from tieout.planning.variable_nodes import variable_nodes


@dataclass(frozen=True, slots=True)
class Workings:
    """A model with what is needed to read it."""

    found: Inputs
    span: Range
    names: Catalogue
    model: Model
    planned: Mapping[int, Planned]  # by expense or stream
    keys: Mapping[int, str]  # by expense or stream

    def key_of(self, expense: int) -> str:
        """Return the key of an expense or stream."""
        return self.keys[expense]

    def values(self, key: str, first: Month, last: Month) -> list[Decimal | None]:
        """Return a variable's values in some months, None where it has none."""
        row = self.model.row(key)
        places = [self.span.at(month) for month in first.until(last + 1)]
        return [None if at in row.faults or not 0 <= at < self.span.count else row.values[at] for at in places]

    def fault(self, key: str, first: Month, last: Month) -> tuple[int, Fault] | None:
        """Return the first month's position, from ``first`` to ``last``, in which a variable fails, and why."""
        faults = self.model.row(key).faults
        low, high = self.span.at(first), self.span.at(last)
        return next(((at, faults[at]) for at in sorted(faults) if low <= at <= high), None)

    def told(self, key: str, at: int, fault: Fault) -> str:
        """Return the sentence for a fault."""
        return told(fault, (key, at), month_of=self.span.month, name_of=self._name)

    def place(self, stored: str, fault: Fault) -> tuple[int, int]:
        """Return where a fault is in a formula as it is shown."""
        return shown_place(stored, self.names.shown, (fault.start, fault.end))

    def _name(self, key: str) -> str:
        """Return what a key is called; some have no name in formulas."""
        letters, id_ = key.rstrip("0123456789"), key.lstrip("abcdefghijklmnopqrstuvwxyz")
        match letters:
            case "hc":
                return self.names.shown(f"{HEADCOUNT}{id_}")
            case "hn":
                return self.names.shown(NEWCOMERS)
            case "q" | "qc":
                return next((it.title for it in self.found.posts if str(it.id) == id_), "a post")
            case "p":
                return "the cost of people"
            case "rs":
                return "the sum of the streams"
            case _:
                return self.names.shown(key)


def workings(found: Inputs) -> Workings:
    """Return the model of what a company plans, computed."""
    since = found.first.months_to(found.through + 1)
    count = found.first.months_to(found.end) + 1
    span = Range(first=found.first, count=count, since=since, digits=found.book.digits)
    expenses = ExpenseNodes(found, span)
    nodes = {
        **dict(people_nodes(found, span)),
        **dict(variable_nodes(found, span)),
        **dict(stream_nodes(found, span, expenses)),
        **dict(expenses.nodes()),
    }
    names = catalogue_of(found.plan, found.streams, found.variables)
    members = (*found.plan.members, *found.streams.members)
    keys = {it.id: key_of(it) for it in members if it.id} | {NEW: f"{EXPENSE}{NEW}"}
    return Workings(found, span, names, Model(span.first, span.count, nodes), expenses.planned, keys)
