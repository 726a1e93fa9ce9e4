"""A figure beside the provider's, and its state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from tieout.core.accounts import AccountType
from tieout.core.records import EntryKind


class State(StrEnum):
    """How a figure stands against the provider's. The values are those of the report files (spec §15)."""

    TIES = "ties"
    NOT_ITEMISED = "ties, in part not itemised"
    REVALUED = "ties, in part revalued"
    DIFFERS = "differs"
    NOT_COMPARED = "not compared"

    @property
    def ties(self) -> bool:
        """Whether the figure is the provider's, itemised or not."""
        return self in (State.TIES, State.NOT_ITEMISED, State.REVALUED)


PARTS = {EntryKind.RESIDUAL: State.NOT_ITEMISED, EntryKind.REVALUATION: State.REVALUED}
PART_WORDS = {State.NOT_ITEMISED: "not itemised", State.REVALUED: "revalued"}


def overall(states: Iterable[State]) -> State:
    """Return the state of a whole: one difference makes it differ, and it ties only if every part does."""
    found = set(states)
    for state in (State.DIFFERS, State.NOT_COMPARED, State.NOT_ITEMISED, State.REVALUED):
        if state in found:
            return state
    return State.TIES if found else State.NOT_COMPARED


@dataclass(frozen=True, slots=True)
class Beside:
    """Our figure and the provider's, minor units, debit positive. ``theirs`` is None where they were not asked.

    ``part`` of ours is in entries that explain what the provider does not itemise, of the kind ``by``.
    """

    ours: int
    theirs: int | None
    part: int = 0
    by: EntryKind = EntryKind.RESIDUAL

    @property
    def difference(self) -> int | None:
        """Ours minus theirs."""
        return None if self.theirs is None else self.ours - self.theirs

    @property
    def state(self) -> State:
        if self.theirs is None:
            return State.NOT_COMPARED
        if self.ours != self.theirs:
            return State.DIFFERS
        return PARTS[self.by] if self.part else State.TIES

    def natural(self, kind: AccountType) -> Beside:
        """Return all figures as a reader expects them, positive in the account's normal direction."""
        sign = kind.normal_sign
        theirs = None if self.theirs is None else self.theirs * sign
        return replace(self, ours=self.ours * sign, theirs=theirs, part=self.part * sign)
