"""Rules that say which ledger lines belong to a linked expense: pure, and the same for placing, preview and tests.

A rule is criteria that must all hold; within one criterion any of the terms will do. Text matches without regard to
case, surrounding and repeated spaces and Unicode's several ways of writing the same thing. A term that was picked
from a list is kept by its id, so that a rename changes nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

LONGEST_TERM = 200
MOST_TERMS = 500


class Field(StrEnum):
    """What a criterion looks at."""

    VENDOR = "vendor"
    TEXT = "text"  # the item's name or the line's description
    ACCOUNT = "account"
    DIMENSION = "dimension"
    AMOUNT = "amount"


class Verb(StrEnum):
    """How it looks."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS = "starts"
    BETWEEN = "between"

    @property
    def negative(self) -> bool:
        """Whether it holds for what its positive does not take: a line without a vendor is not Adobe's."""
        return self in (Verb.IS_NOT, Verb.NOT_CONTAINS)


class BadRule(ValueError):
    """The rule cannot be used; ``str()`` is a sentence for the page."""


@dataclass(frozen=True, slots=True)
class Term:
    """A row that was picked (``id``), or words that were typed (``text``)."""

    text: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One condition. ``dimension`` is the axis's id; ``low`` and ``high`` are minor units, debit positive, included."""

    field: Field
    verb: Verb
    terms: tuple[Term, ...] = ()
    dimension: int = 0
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """All criteria must hold."""

    criteria: tuple[Criterion, ...]


class Named(NamedTuple):
    """A row of a list as rules see it: its id (0: none) and its name, folded."""

    id: int
    name: str


NOBODY = Named(0, "")


def fold(text: str) -> str:
    """Return a text as it is compared: normalised (NFKC), case-folded, inner spaces collapsed, trimmed."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())


def turned(rule: Rule) -> Rule:
    """Return a rule whose amounts are compared with the other sign: what people type of income is positive."""
    return Rule(
        tuple(
            replace(it, low=None if it.high is None else -it.high, high=None if it.low is None else -it.low)
            for it in rule.criteria
        )
    )


def check(rule: Rule) -> None:
    """Raise BadRule, with a sentence, unless the rule can be used."""
    if not rule.criteria:
        raise BadRule(
            "The rule has no condition. It would take every line; say which vendor, text or account is meant."
        )
    for criterion in rule.criteria:
        _check(criterion)


def _check(criterion: Criterion) -> None:
    if criterion.field is Field.AMOUNT:
        _check_amount(criterion)
        return
    if criterion.verb is Verb.BETWEEN:
        raise BadRule("Only an amount can be between two others.")
    if criterion.field is Field.DIMENSION and not criterion.dimension:
        raise BadRule("Say which class or tracking category is meant.")
    if not criterion.terms:
        raise BadRule(f"The condition on the {WORDS[criterion.field]} is empty. Name what to look for, or take it out.")
    if len(criterion.terms) > MOST_TERMS:
        raise BadRule(f"A condition takes at most {MOST_TERMS} terms. This one has {len(criterion.terms):,}.")
    for term in criterion.terms:
        _check_term(criterion, term)


def _check_amount(criterion: Criterion) -> None:
    low, high = criterion.low, criterion.high
    if criterion.verb is not Verb.BETWEEN:
        raise BadRule("An amount is compared with a range: between one amount and another.")
    if low is None and high is None:
        raise BadRule("The amount has no bound. Give the lowest amount, the highest, or both.")
    if low is not None and high is not None and low > high:
        raise BadRule("The lowest amount is above the highest, so no line can match. Swap them.")


def _check_term(criterion: Criterion, term: Term) -> None:
    if term.id and criterion.verb not in (Verb.IS, Verb.IS_NOT):
        raise BadRule("What is picked from a list can only be or not be. Type words for “contains”.")
    if not term.id and not fold(term.text):
        raise BadRule(f"A term of the {WORDS[criterion.field]} is empty. It would match every line. Type something.")
    if "\0" in term.text:
        raise BadRule("A term holds a character that no books hold. Type it again.")
    if len(term.text) > LONGEST_TERM:
        raise BadRule(f"“{term.text[:40]}…” is longer than {LONGEST_TERM} characters. Shorten it.")


WORDS = {
    Field.VENDOR: "vendor",
    Field.TEXT: "item or description",
    Field.ACCOUNT: "account",
    Field.DIMENSION: "dimension",
    Field.AMOUNT: "amount",
}


class Asked:
    """A criterion ready to be asked many times: its terms folded once."""

    __slots__ = ("_ids", "_texts", "_verb", "criterion")

    def __init__(self, criterion: Criterion) -> None:
        self.criterion = criterion
        self._verb = criterion.verb
        self._ids = frozenset(term.id for term in criterion.terms if term.id)
        self._texts = tuple(fold(term.text) for term in criterion.terms if not term.id)

    @property
    def texts(self) -> tuple[str, ...]:
        """The typed terms, folded."""
        return self._texts

    def takes(self, named: Collection[Named]) -> bool:
        """Return whether any of what a line has (its vendor; its item and its description) meets the criterion.

        Of a negative verb: whether none of it does.
        """
        return any(self.meets(each) for each in named) is not self._verb.negative

    def meets(self, named: Named) -> bool:
        """Return whether one name meets the verb's positive."""
        if named.id and named.id in self._ids:
            return True
        name = named.name
        if not name:
            return False
        match self._verb:
            case Verb.IS | Verb.IS_NOT:
                return name in self._texts
            case Verb.CONTAINS | Verb.NOT_CONTAINS:
                return any(text in name for text in self._texts)
            case Verb.STARTS:
                return name.startswith(self._texts)
            case Verb.BETWEEN:
                return False

    def takes_amount(self, amount: int) -> bool:
        """Return whether an amount (minor units, debit positive) lies in the range."""
        low, high = self.criterion.low, self.criterion.high
        return (low is None or amount >= low) and (high is None or amount <= high)
