"""What the formula bar asks: which names begin like that, is this a formula, and what would it come to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString

from tieout.companies.models import Company
from tieout.core.formulas.errors import FormulaError
from tieout.core.formulas.faults import Reason
from tieout.core.formulas.functions import FUNCTIONS, IF
from tieout.core.formulas.nodes import Formula
from tieout.core.formulas.parser import parse
from tieout.core.formulas.texts import to_shown, to_stored
from tieout.core.formulas.tree import Tree
from tieout.core.month import Month
from tieout.ledger.models import Book
from tieout.planning.inputs import inputs
from tieout.planning.models import Variable
from tieout.planning.names import OWN, Named, catalogue, folded
from tieout.planning.workings import Workings, workings

MOST_OFFERED = 12
SHOWN_MONTHS = 3
_TRIED = "try"  # the key of a formula that is looked at only


class FormulaRefused(ValueError):
    """The text is no formula. ``str()`` is the sentence, ``marked`` the text as HTML with the place marked."""

    def __init__(self, text: str, sentence: str, start: int, end: int) -> None:
        super().__init__(sentence)
        self.start, self.end = start, end
        self.marked = marked(text, start, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a formula comes to. ``sentence`` is empty where all is well; ``circle`` says that it can never be."""

    sentence: str = ""
    start: int = 0
    end: int = 0
    circle: bool = False
    values: tuple[tuple[Month, Decimal | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to complete a formula with."""

    name: str
    hint: str
    group: str


def read_formula(company: Company, book: Book, text: str, *more: Variable) -> str:
    """Return a typed formula as it is kept. Raise FormulaRefused with the place.

    ``more`` are variables that are not saved yet.
    """
    try:
        return to_stored(text, catalogue(company, book, *more))
    except FormulaError as error:
        raise FormulaRefused(text, str(error), error.start, error.end) from error


def show_formula(company: Company, book: Book, stored: str) -> str:
    """Return a kept formula with the names of today."""
    return to_shown(stored, catalogue(company, book).shown) if stored else ""


def marked(text: str, start: int, end: int) -> SafeString:
    """Return a formula as HTML with a place marked; a place without length is marked behind the text."""
    if start >= end:
        return format_html("{}<mark> </mark>", text)
    return format_html("{}<mark>{}</mark>{}", text[:start], text[start:end], text[end:])


def check(
    company: Company, book: Book, text: str, *more: Variable, through: Month, first: Month, own: str = ""
) -> Outcome:
    """Return what is wrong with a typed formula, or what it comes to in the months from ``first`` on.

    ``own`` is the key of the variable or expense whose formula it is to be, so that a circle through it is found;
    ``more`` are variables that are not saved yet.
    """
    last = max(first, through + 1) + (SHOWN_MONTHS - 1)
    found = inputs(company, book, through=through, last=last, instead=None)
    made = workings(replace(found, variables=[*found.variables, *more]))
    try:
        tree = parse(text, made.names)
    except FormulaError as error:
        return Outcome(sentence=str(error), start=error.start, end=error.end)
    return _tried(made, tree, first, own)


def _tried(made: Workings, tree: Tree, first: Month, own: str) -> Outcome:
    key, known = _TRIED, list[Decimal]()
    if own in made.model:
        key = own
        known = [] if own.startswith(OWN) else made.model.row(own).values[: made.span.since]
    made.model.replace({key: Formula(tree, known)})
    last = first + (SHOWN_MONTHS - 1)
    values = tuple(zip(first.until(last + 1), made.values(key, first, last), strict=True))
    found = made.fault(key, first, made.found.last)
    if found is None:
        return Outcome(values=values)
    at, fault = found
    return Outcome(
        sentence=made.told(key, at, fault),
        start=fault.start,
        end=fault.end,
        circle=fault.reason is Reason.CIRCLE and (key, at) in fault.circle,
        values=values,
    )


def offers(company: Company, book: Book, text: str) -> list[Offer]:
    """Return the names and functions that a piece of a name may become, the likeliest first."""
    wanted = folded((text.replace("'", ""),))[0]
    names = catalogue(company, book)
    ranked = sorted(
        ((rank, len(named.name), named.name, named) for named in names if (rank := _rank(named, wanted)) is not None),
        key=lambda it: it[:3],
    )
    found = [Offer(named.name, named.hint, named.group) for *_, named in ranked[:MOST_OFFERED]]
    functions = [
        Offer(f"{name}(", f"{function.usage}: {function.gives}", "Functions")
        for name, function in [*FUNCTIONS.items(), ("if", IF)]
        if wanted and name.startswith(wanted)
    ]
    return [*functions, *found][:MOST_OFFERED]


def _rank(named: Named, wanted: str) -> int | None:
    """Return how well a name fits: it begins so, a part begins so, or it or its hint holds it; None: it does not."""
    parts = folded(named.parts)
    whole = ".".join(parts)
    if whole.startswith(wanted):
        return 0
    if any(part.startswith(wanted) for part in parts):
        return 1
    if wanted in whole:
        return 2
    return 3 if wanted in folded((named.hint,))[0] else None
