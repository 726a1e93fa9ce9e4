"""What the books say of closed months, expense by expense: beside the figure that planning pages go on showing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tieout.core.month import Month
from tieout.expenses.sections import Member, Plan
from tieout.ledger.differing import differing
from tieout.ledger.models import Book
from tieout.ui.figures import difference


@dataclass(frozen=True, slots=True)
class Restated:
    """Books less closed figure: what the books changed, and what stands elsewhere by now. Minor units."""

    changed: int = 0
    remapped: int = 0

    def __add__(self, other: Restated) -> Restated:
        return Restated(self.changed + other.changed, self.remapped + other.remapped)

    @property
    def sum(self) -> int:
        """By how much the books' figure is greater than the one that is shown."""
        return self.changed + self.remapped

    def words(self, digits: int) -> str:
        """Return it as people read it: "Books differ by 300.00", "Re-mapped since: (60.00)", or both."""
        parts = [f"Books differ by {difference(self.changed, digits)}"] if self.changed else []
        parts += [f"Re-mapped since: {difference(self.remapped, digits)}"] if self.remapped else []
        return ". ".join(parts)


Restatements = Mapping[Member, Mapping[Month, Restated]]


def restated(plan: Plan, book: Book) -> Restatements:
    """Return by how much the closed months of expenses differ from the books: Σ over expenses = the total's."""
    holder, type_ = plan.holder(), plan.type
    result: defaultdict[Member, defaultdict[Month, Restated]] = defaultdict(lambda: defaultdict(Restated))
    for cell in differing(book):
        if cell.type is type_ and (member := holder(cell.account, cell.expense)):
            result[member][cell.month] += Restated(cell.changed, cell.remapped)
    return result
