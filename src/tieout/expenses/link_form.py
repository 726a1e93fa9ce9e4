"""The link builder's form: conditions as people choose and type them, turned into a rule and back.

Each condition N has ``field-N``, ``verb-N``, ``term-N`` (repeated) or ``low-N`` and ``high-N``. What stands in no list
stays typed words; what is the name of a list's row, and only where the verb is "is", is kept as that row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.http import QueryDict

from tieout.core.money import to_text
from tieout.core.rules import BadRule, Criterion, Field, Rule, Term, Verb, fold, turned
from tieout.core.typed import NotTyped, parse_amount
from tieout.expenses.sentences import CUSTOMER, KINDS, VERBS
from tieout.ledger.accounts import LATEST
from tieout.ledger.models import Book, ListKind
from tieout.ledger.names import ListedName, listed_names

_NAMED_VERBS = (Verb.IS, Verb.CONTAINS, Verb.STARTS, Verb.IS_NOT, Verb.NOT_CONTAINS)
_MOST_CONDITIONS = 20
_DIMENSION = "dimension:"


class Unreadable(ValueError):
    """What was sent is no rule; ``str()`` is a sentence for the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition as the form shows it. ``field`` is "vendor", "text", "account", "amount" or "dimension:12"."""

    field: str = "vendor"
    verb: str = Verb.IS.value
    terms: tuple[str, ...] = ("",)
    low: str = ""
    high: str = ""

    @property
    def ranged(self) -> bool:
        """Whether it compares an amount."""
        return self.field == Field.AMOUNT

    @property
    def verbs(self) -> list[tuple[str, str]]:
        """The verbs to choose from."""
        return [(verb.value, VERBS[verb]) for verb in _NAMED_VERBS]


class Lists:
    """The names that terms may be, and the fields to choose from. Each list is read when it is first needed."""

    def __init__(self, book: Book, *, income: bool = False) -> None:
        self.book = book
        self.income = income  # of a stream's rule: customers, and amounts that are positive for income
        self._rows: dict[ListKind, dict[int, ListedName]] = {}

    def rows(self, kind: ListKind) -> dict[int, ListedName]:
        """Return a list's rows."""
        if kind not in self._rows:
            self._rows[kind] = listed_names(self.book, kind, LATEST)
        return self._rows[kind]

    @cached_property
    def fields(self) -> list[tuple[str, str]]:
        """The fields to choose from, with their words; the organisation's own dimensions among them."""
        own = sorted((row.name.lower(), id_) for id_, row in self.rows(ListKind.DIMENSION).items())
        return [
            ("vendor", CUSTOMER if self.income else "vendor"),
            ("text", "item or description"),
            ("account", "account"),
            *((f"{_DIMENSION}{id_}", name) for name, id_ in own),
            ("amount", "amount"),
        ]

    def named(self, field: str) -> dict[int, ListedName]:
        """Return the rows that a field's terms may be."""
        kind = KINDS.get(Field(field.partition(":")[0]))
        if kind is None:
            return {}
        rows = self.rows(kind)
        if kind is not ListKind.VALUE:
            return rows
        dimension = self.rows(ListKind.DIMENSION).get(_dimension(field))
        scope = dimension.external_id if dimension else ""
        return {id_: row for id_, row in rows.items() if row.scope == scope}


def read(data: QueryDict) -> tuple[Condition, ...]:
    """Return the conditions that a form or an address holds, in their order."""
    numbers = sorted({int(rest) for name in data if (rest := name.removeprefix("field-")) != name and _is_number(rest)})
    return tuple(
        Condition(
            field=data.get(f"field-{number}", "vendor"),
            verb=data.get(f"verb-{number}", Verb.IS.value),
            terms=tuple(data.getlist(f"term-{number}")) or ("",),
            low=data.get(f"low-{number}", ""),
            high=data.get(f"high-{number}", ""),
        )
        for number in numbers[:_MOST_CONDITIONS]
    )


def edited(conditions: Sequence[Condition], edit: str) -> tuple[Condition, ...]:
    """Return the conditions after a button: ``add``, ``drop-N``, ``or-N`` or ``drop-N-M``. Others change nothing."""
    verb, _, rest = edit.partition("-")
    at = [int(part) for part in rest.split("-") if _is_number(part)]
    result = list(conditions)
    if verb == "add" and len(result) < _MOST_CONDITIONS:
        result.append(Condition(field="text", verb=Verb.CONTAINS.value))
    elif at and at[0] < len(result):
        row = result[at[0]]
        if verb == "or":
            result[at[0]] = replace(row, terms=(*row.terms, ""))
        elif verb == "drop" and len(at) == 2 and len(row.terms) > 1:
            result[at[0]] = replace(row, terms=tuple(it for place, it in enumerate(row.terms) if place != at[1]))
        elif verb == "drop":
            del result[at[0]]
    return tuple(result)


def rule_of(conditions: Iterable[Condition], lists: Lists) -> Rule:
    """Return the rule. Raise Unreadable for what the form never sends, and BadRule for an amount that is none."""
    rule = Rule(tuple(_criterion(it, lists) for it in conditions))
    return turned(rule) if lists.income else rule


def conditions_of(rule: Rule, lists: Lists) -> tuple[Condition, ...]:
    """Return a rule as the form shows it."""
    return tuple(_shown(criterion, lists) for criterion in (turned(rule) if lists.income else rule).criteria)


def _criterion(condition: Condition, lists: Lists) -> Criterion:
    if condition.field not in dict(lists.fields):
        raise Unreadable("The page sent a condition that Tieout does not know. Reload it and try again.")
    if condition.ranged:
        low, high = (_amount(text, lists.book.digits) for text in (condition.low, condition.high))
        return Criterion(field=Field.AMOUNT, verb=Verb.BETWEEN, low=low, high=high)
    try:
        verb = Verb(condition.verb)
    except ValueError as error:
        raise Unreadable("The page sent a comparison that Tieout does not know. Reload it and try again.") from error
    if verb is Verb.BETWEEN:
        verb = Verb.IS
    given = [text for text in condition.terms if text.strip()] or [""]  # a row left blank among others says nothing
    named = lists.named(condition.field) if verb in (Verb.IS, Verb.IS_NOT) else {}
    terms = tuple(term for text in given for term in _terms(text, named))
    return Criterion(
        field=Field(condition.field.partition(":")[0]), verb=verb, terms=terms, dimension=_dimension(condition.field)
    )


def _terms(text: str, named: Mapping[int, ListedName]) -> Iterator[Term]:
    """Yield the rows of that name, several where the list has several, or the words."""
    folded = fold(text)
    rows = [id_ for id_, row in named.items() if folded and folded in (fold(row.label), fold(row.name))]
    yield from (Term(id=id_) for id_ in sorted(rows)) if rows else (Term(text),)


def _amount(text: str, digits: int) -> int | None:
    if not text.strip():
        return None
    try:
        return parse_amount(text, digits)
    except NotTyped as error:
        raise BadRule(str(error)) from error


def _dimension(field: str) -> int:
    text = field.removeprefix(_DIMENSION)
    return int(text) if text != field and _is_number(text) else 0


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _shown(criterion: Criterion, lists: Lists) -> Condition:
    field = f"{_DIMENSION}{criterion.dimension}" if criterion.field is Field.DIMENSION else criterion.field.value
    if criterion.field is Field.AMOUNT:
        low, high = ("" if it is None else to_text(it, lists.book.digits) for it in (criterion.low, criterion.high))
        return Condition(field=field, low=low, high=high)
    named = lists.named(field)
    texts = [
        named[term.id].label if term.id in named else term.text or "something the books no longer list"
        for term in criterion.terms
    ]
    return Condition(field=field, verb=criterion.verb.value, terms=tuple(dict.fromkeys(texts)))
