"""A rule as a sentence: on the page, in the list of links and in the audit log."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tieout.core.money import to_text
from tieout.core.rules import WORDS, Criterion, Field, Rule, Term, Verb, turned
from tieout.expenses.models import Expense
from tieout.ledger.accounts import LATEST
from tieout.ledger.models import Book, ListKind
from tieout.ledger.names import ListedName, listed_names

VERBS = {
    Verb.IS: "is",
    Verb.IS_NOT: "is not",
    Verb.CONTAINS: "contains",
    Verb.NOT_CONTAINS: "does not contain",
    Verb.STARTS: "starts with",
    Verb.BETWEEN: "is between",
}
CUSTOMER = "customer"  # what a stream's rule calls the party
KINDS = {
    Field.VENDOR: ListKind.PARTY,
    Field.TEXT: ListKind.ITEM,
    Field.ACCOUNT: ListKind.ACCOUNT,
    Field.DIMENSION: ListKind.VALUE,
}


@dataclass(frozen=True, slots=True)
class Part:
    """One condition in words."""

    field: str
    verb: str
    terms: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.field} {self.verb} {' or '.join(self.terms)}"


class Words:
    """Names what rules refer to, as the lists call it now. Each list is read when it is first needed."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._lists: dict[ListKind, dict[int, ListedName]] = {}

    def sentence(self, rule: Rule, *, income: bool = False) -> str:
        """Return the rule as one sentence's middle: "vendor is Adobe, and account is 6200 Advertising".

        ``income``: of a stream, whose parties are customers and whose amounts are positive.
        """
        return ", and ".join(str(part) for part in self.parts(rule, income=income))

    def parts(self, rule: Rule, *, income: bool = False) -> list[Part]:
        """Return the conditions in words."""
        parts = [self._part(criterion) for criterion in (turned(rule) if income else rule).criteria]
        vendor = WORDS[Field.VENDOR]
        return [replace(it, field=CUSTOMER) if income and it.field == vendor else it for it in parts]

    def name(self, kind: ListKind, id_: int) -> str:
        """Return what a row is called."""
        if kind not in self._lists:
            self._lists[kind] = listed_names(self._book, kind, LATEST)
        row = self._lists[kind].get(id_)
        return row.label if row else "something the books no longer list"

    def _part(self, criterion: Criterion) -> Part:
        if criterion.field is Field.AMOUNT:
            return Part("amount", *self._range(criterion))
        field = WORDS[criterion.field]
        if criterion.field is Field.DIMENSION:
            field = self.name(ListKind.DIMENSION, criterion.dimension).lower()
        verb = VERBS[criterion.verb]
        terms = tuple(self._term(criterion.field, term) for term in criterion.terms)
        if criterion.verb is Verb.IS and len(terms) > 1:
            verb = "is one of"
        return Part(field, verb, terms)

    def _term(self, field: Field, term: Term) -> str:
        return self.name(KINDS[field], term.id) if term.id else f"“{term.text}”"

    def _range(self, criterion: Criterion) -> tuple[str, tuple[str, ...]]:
        low, high = (
            None if bound is None else to_text(bound, self._book.digits) for bound in (criterion.low, criterion.high)
        )
        if low is None:
            return "is at most", (str(high),)
        if high is None:
            return "is at least", (low,)
        return "is between", (f"{low} and {high}",)


def called(words: Words, expense: Expense) -> str:
    """Return an expense's own name, or its account's."""
    return expense.own_name or (words.name(ListKind.ACCOUNT, expense.account_id) if expense.account_id else "")
