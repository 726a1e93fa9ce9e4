"""What stands above a report when something is not as it should be: what it is, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tieout.core.month import Month
from tieout.core.residuals import NOTHING_MOVED
from tieout.ledger.tie_out import stored_coverage
from tieout.reports.beside import Beside, State
from tieout.reports.queries import LedgerAt
from tieout.reports.tie_out_summary import differing_months
from tieout.ui.figures import count, exact, long_month, share

_NAMED = 4
_REMEDY = (
    "Somebody may have been posting during the sync: refresh first. If it stays, open the marked figures and compare "
    "their lines with the books."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """A message above a report. ``months`` are other month ends to look at."""

    kind: str  # "differ", "info", "part"
    title: str
    text: str
    months: tuple[Month, ...] = ()
    refresh: bool = False


def banner(
    at: LedgerAt, month: Month, state: State, differing: Sequence[tuple[str, Beside]], balances: int, part: int
) -> Banner | None:
    """Return the banner of a report at a month end, or None where all is well everywhere.

    ``differing`` names the figures that do not tie, out of so many ``balances``; ``part`` is not itemised.
    """
    others = tuple(it for it in differing_months(at) if it != month)[:6]
    match state:
        case State.DIFFERS:
            largest = max(abs(it.difference or 0) for _, it in differing)
            verb = "differs" if len(differing) == 1 else "differ"
            return Banner(
                kind="differ",
                title=f"{len(differing)} of {count(balances, 'balance')} {verb} from the books, "
                f"by {exact(largest, at.book.digits)}{'' if len(differing) == 1 else ' at most'}",
                text=f"{_names([name for name, _ in differing])}, marked UNVERIFIED. {_REMEDY}",
                months=others,
                refresh=True,
            )
        case State.NOT_COMPARED:
            return Banner(
                kind="info",
                title=f"The end of {long_month(month)} was not compared with the books",
                text="The figures are the sum of the lines that were read. A refresh compares them if the books give "
                "their own reports.",
                months=others,
                refresh=True,
            )
        case _ if others:
            return Banner(
                kind="differ",
                title=f"The end of {long_month(month)} ties; other month ends do not",
                text="Open them to see which figures differ from the books.",
                months=others,
            )
        case State.NOT_ITEMISED:
            return Banner(
                kind="part",
                title=f"The end of {long_month(month)} ties, {exact(part, at.book.digits)} of it not itemised",
                text="The books hold more than the postings that they give out: an entry “Not itemised” a month takes "
                f"the rest, so that each balance is theirs. {_coverage(at, month)}",
            )
        case State.REVALUED:
            return Banner(
                kind="part",
                title=f"The end of {long_month(month)} ties, {exact(part, at.book.digits)} of it revalued",
                text="What balances in other currencies gained or lost by the rate is in no posting: the books work it "
                "out when they report. An entry “Currency revaluation” a month holds it.",
            )
        case State.TIES:
            return None


def _coverage(at: LedgerAt, month: Month) -> str:
    by_month = stored_coverage(at.book, at.version)
    whole = sum(by_month.values(), NOTHING_MOVED)
    all_months = f"{share(whole.per_mille)} of what moved in all months."
    here = by_month.get(month)
    if here == NOTHING_MOVED:
        return f"In {long_month(month)} nothing moved. Single postings explain {all_months}"
    of_month = f"{share(here.per_mille)} of what moved in {long_month(month)}, " if here else ""
    return f"Single postings explain {of_month}{all_months}"


def _names(names: Sequence[str]) -> str:
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
