"""The query language of the API, the part that QuickBooks has (quickbooks.md §2.2): one entity, AND only, no joins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from tieout.providers.quickbooks.sandbox.answers import invalid_query, parse_error
from tieout.providers.quickbooks.sandbox.wire import Json

MOST_RESULTS = 1000
_DEFAULT_RESULTS = 100
_TOKEN = re.compile(r"\s*(?:'((?:[^'\\]|\\.)*)'|(<=|>=|[=<>(),*])|([^\s'=<>(),]+))")


@dataclass(frozen=True, slots=True)
class Word:
    """A token; a quoted one is a value whatever it says."""

    text: str
    quoted: bool = False

    def says(self, keyword: str) -> bool:
        """Tell whether it is a keyword."""
        return not self.quoted and self.text.upper() == keyword


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison: ``field operator values``."""

    field: str
    operator: str
    values: tuple[str, ...]

    def holds(self, found: object) -> bool:
        """Tell whether a field's value satisfies it."""
        if self.operator in ("=", "IN"):
            return any(_compare(found, value) == 0 for value in self.values)
        if self.operator == "LIKE":
            pattern = ".*".join(re.escape(part) for part in self.values[0].split("%"))
            return re.fullmatch(pattern, _text(found), re.IGNORECASE | re.DOTALL) is not None
        order = _compare(found, self.values[0])
        return {"<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0}[self.operator]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query that has been read."""

    entity: str  # lower case
    fields: tuple[str, ...] = ()  # empty: all
    count: bool = False
    conditions: tuple[Condition, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()  # field, descending
    start: int = 1
    most: int = _DEFAULT_RESULTS

    def accepts(self, entry: Json) -> bool:
        """Tell whether an object satisfies all conditions."""
        return all(condition.holds(field_of(entry, condition.field)) for condition in self.conditions)

    def sort(self, entries: list[Json]) -> list[Json]:
        """Return the objects in the order asked for; without one, by id."""
        for name, descending in reversed(self.order or (("Id", False),)):
            entries = sorted(entries, key=lambda entry: _key(field_of(entry, name)), reverse=descending)
        return entries

    def page(self, entries: list[Json]) -> list[Json]:
        """Return the objects of the page asked for, with the fields asked for."""
        page = entries[self.start - 1 : self.start - 1 + self.most]
        if not self.fields:
            return page
        wanted = {name.partition(".")[0].lower() for name in self.fields} | {"id", "domain", "sparse"}
        return [{key: value for key, value in entry.items() if key.lower() in wanted} for entry in page]


def parse(text: str) -> Query:
    """Read a query. Raise a Refusal: 4000 for what cannot be read, 4001 for what is not allowed."""
    return _Reader(_words(text)).query()


def field_of(entry: Json, name: str) -> object:
    """Return a field by its dotted name, case aside, or None. A reference stands for its id."""
    value: object = entry
    for part in name.split("."):
        if not isinstance(value, dict):
            return None
        value = next((inner for key, inner in value.items() if key.lower() == part.lower()), None)
    return value.get("value") if isinstance(value, dict) else value


def _words(text: str) -> list[Word]:
    words, at = [], 0
    text = text.strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise parse_error(f"Encountered {text[at : at + 10]!r} at column {at}")
        quoted, sign, word = found.groups()
        if quoted is None:
            words.append(Word(sign or word))
        else:
            words.append(Word(re.sub(r"\\(.)", r"\1", quoted), quoted=True))
        at = found.end()
    return words


class _Reader:
    def __init__(self, words: list[Word]) -> None:
        self._words = words
        self._at = 0

    def query(self) -> Query:
        self._expect("SELECT")
        count, fields = self._selection()
        self._expect("FROM")
        entity = self._next().text.lower()
        conditions: list[Condition] = []
        if self._maybe("WHERE"):
            conditions.append(self._condition())
            while self._maybe("AND"):
                conditions.append(self._condition())
        order = self._order()
        start, most = 1, _DEFAULT_RESULTS
        while not self._done():
            if self._maybe("STARTPOSITION"):
                start = self._number("STARTPOSITION")
            elif self._maybe("MAXRESULTS"):
                most = self._number("MAXRESULTS")
            else:
                raise parse_error(f"Encountered {self._next().text!r}")
        return Query(
            entity=entity,
            fields=fields,
            count=count,
            conditions=tuple(conditions),
            order=order,
            start=start,
            most=min(most, MOST_RESULTS),
        )

    def _selection(self) -> tuple[bool, tuple[str, ...]]:
        if self._maybe("*"):
            return False, ()
        first = self._next().text
        if first.upper() == "COUNT":
            for sign in "(*)":
                self._expect(sign)
            return True, ()
        fields = [first]
        while self._maybe(","):
            fields.append(self._next().text)
        return False, tuple(fields)

    def _condition(self) -> Condition:
        name = self._next().text
        operator = self._next()
        if operator.says("IN"):
            self._expect("(")
            values = [self._next().text]
            while self._maybe(","):
                values.append(self._next().text)
            self._expect(")")
            return Condition(name, "IN", tuple(values))
        if operator.quoted or operator.text.upper() not in ("=", "<", ">", "<=", ">=", "LIKE"):
            raise parse_error(f"Encountered {operator.text!r}, expected an operator")
        return Condition(name, operator.text.upper(), (self._next().text,))

    def _order(self) -> tuple[tuple[str, bool], ...]:
        if self._maybe("ORDER"):
            self._expect("BY")
        elif not self._maybe("ORDERBY"):
            return ()
        order = []
        while True:
            name = self._next().text
            descending = self._maybe("DESC")
            if not descending:
                self._maybe("ASC")
            order.append((name, descending))
            if not self._maybe(","):
                return tuple(order)

    def _number(self, what: str) -> int:
        text = self._next().text
        if not text.isdecimal() or int(text) < 1:
            raise invalid_query(f"{what} must be a positive number, not {text}")
        return int(text)

    def _done(self) -> bool:
        return self._at >= len(self._words)

    def _next(self) -> Word:
        if self._done():
            raise parse_error("Encountered <EOF>")
        self._at += 1
        return self._words[self._at - 1]

    def _maybe(self, keyword: str) -> bool:
        if not self._done() and self._words[self._at].says(keyword):
            self._at += 1
            return True
        return False

    def _expect(self, keyword: str) -> None:
        word = self._next()
        if not word.says(keyword):
            raise parse_error(f"Encountered {word.text!r}, expected {keyword}")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _compare(found: object, wanted: str) -> int:
    text = _text(found)
    if isinstance(found, int | Decimal) and not isinstance(found, bool):
        try:
            number = Decimal(wanted)
        except InvalidOperation:
            return 1
        return (Decimal(found) > number) - (Decimal(found) < number)
    if text.isdecimal() and wanted.isdecimal():
        return (int(text) > int(wanted)) - (int(text) < int(wanted))
    low, other = text.lower(), wanted.lower()
    return (low > other) - (low < other)


def _key(value: object) -> tuple[int, Decimal, str]:
    text = _text(value)
    try:
        return (0, Decimal(text), "")
    except InvalidOperation:
        return (1, Decimal(0), text.lower())
