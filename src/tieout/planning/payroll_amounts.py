"""What payroll last came to: told where nobody is listed of whom it could be forecast. Minor units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from tieout.core.month import Month
from tieout.expenses.amounts import Months
from tieout.expenses.sections import Member

RECENT = 3  # months that are looked through


def last_payroll(posted: Mapping[Member, Months], after: Month) -> tuple[Month, int] | None:
    """Return the last of the recent months with payroll up to ``after``, and its sum: never a single person's pay."""
    sums: defaultdict[Month, int] = defaultdict(int)
    for member, amounts in posted.items():
        for month, amount in amounts.items() if member.payroll else ():
            sums[month] += amount
    recent = [month for month, amount in sums.items() if amount and after - RECENT < month <= after]
    return (max(recent), sums[max(recent)]) if recent else None


def within(amounts: Months, first: Month, last: Month) -> Months:
    """Return the months of a range, both ends included."""
    return {month: amount for month, amount in amounts.items() if first <= month <= last}
