"""A figure beside the provider's, and its state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tieout.core.accounts import AccountType


class State(StrEnum):
    """How a figure stands against the provider's. The values are those of the report files (spec §15)."""

    TIES = "ties"
    DIFFERS = "differs"
    NOT_COMPARED = "not compared"


def overall(states: Iterable[State]) -> State:
    """Return the state of a whole: one difference makes it differ, and it ties only if every part does."""
    found = set(states)
    if State.DIFFERS in found:
        return State.DIFFERS
    return State.TIES if found == {State.TIES} else State.NOT_COMPARED


@dataclass(frozen=True, slots=True)
class Beside:
    """Our figure and the provider's, minor units, debit positive. ``theirs`` is None where they were not asked."""

    ours: int
    theirs: int | None

    @property
    def difference(self) -> int | None:
        """Ours minus theirs."""
        return None if self.theirs is None else self.ours - self.theirs

    @property
    def state(self) -> State:
        if self.theirs is None:
            return State.NOT_COMPARED
        return State.TIES if self.ours == self.theirs else State.DIFFERS

    def natural(self, kind: AccountType) -> Beside:
        """Return both figures as a reader expects them, positive in the account's normal direction."""
        sign = kind.normal_sign
        return Beside(self.ours * sign, None if self.theirs is None else self.theirs * sign)
