"""The query language of lists: ``where`` and ``order`` in .NET's style, as far as clients use it (xero.md §2.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from tieout.providers.xero.sandbox.wire import Json, midnight

Value = str | Decimal | datetime | bool | None
Test = Callable[[Json], bool]


class Unreadable(ValueError):
    """The text is not in the language, or names what the entity does not have."""


@dataclass(frozen=True, slots=True)
class Where:
    """A filter, and the fields that it looks at, in their spelling."""

    holds: Test
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Order:
    """One field to sort by."""

    field: str
    descending: bool


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<sign>==|!=|<>|>=|<=|&&|\|\||[=<>!(),.])
      | (?P<word>[A-Za-z_]\w*)
    )""",
    re.VERBOSE,
)
_COMPARE: dict[str, Callable[[object, object], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a is not None and b is not None and bool(a > b),  # type: ignore[operator]
    "<": lambda a, b: a is not None and b is not None and bool(a < b),  # type: ignore[operator]
    ">=": lambda a, b: a is not None and b is not None and bool(a >= b),  # type: ignore[operator]
    "<=": lambda a, b: a is not None and b is not None and bool(a <= b),  # type: ignore[operator]
}
_SAME = {"=": "==", "<>": "!="}
_METHODS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}


def parse_where(text: str, fields: Mapping[str, str]) -> Where:
    """Return the filter. ``fields`` are those of the entity, from lower case to their spelling. Raise Unreadable."""
    parser = _Parser(text, fields)
    holds = parser.either()
    parser.end()
    return Where(holds, frozenset(parser.used))


def parse_order(text: str, fields: Mapping[str, str]) -> list[Order]:
    """Return what to sort by. Raise Unreadable."""
    orders = []
    for part in text.split(","):
        words = part.split()
        if not words or len(words) > 2:
            raise Unreadable("Expression expected")
        way = words[1].lower() if len(words) == 2 else "asc"
        if way not in ("asc", "ascending", "desc", "descending"):
            raise Unreadable(f"Syntax error at '{words[1]}'")
        orders.append(Order(_spelt(words[0], fields), way.startswith("desc")))
    return orders


def found(document: Json, path: str) -> Value:
    """Return the value at a dotted path, days as moments; None where it is absent."""
    value: object = document
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, date) and not isinstance(value, datetime):
        return midnight(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value if isinstance(value, str | Decimal | datetime | bool) else None


def _spelt(name: str, fields: Mapping[str, str]) -> str:
    spelling = fields.get(name.lower())
    if spelling is None:
        raise Unreadable(f"No property or field '{name}' exists")
    return spelling


@dataclass(frozen=True, slots=True)
class _Field:
    path: str
    asks_whether: bool = False  # there is a value

    def of(self, document: Json) -> Value:
        value = found(document, self.path)
        return value is not None if self.asks_whether else value


@dataclass(frozen=True, slots=True)
class _Literal:
    value: Value

    def of(self, _document: Json) -> Value:
        return self.value


class _Parser:
    def __init__(self, text: str, fields: Mapping[str, str]) -> None:
        self._fields = fields
        self.used: set[str] = set()
        self._tokens = _tokens(text)
        self._at = 0

    # --- grammar ---

    def either(self) -> Test:
        tests = [self._both()]
        while self._takes("||") or self._takes_word("or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda document: any(test(document) for test in tests)

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise Unreadable(f"Syntax error at '{self._tokens[self._at][1]}'")

    def _both(self) -> Test:
        tests = [self._one()]
        while self._takes("&&") or self._takes_word("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda document: all(test(document) for test in tests)

    def _one(self) -> Test:
        if self._takes("!") or self._takes_word("not"):
            test = self._one()
            return lambda document: not test(document)
        if self._takes("("):
            test = self.either()
            self._needs(")")
            return test
        left = self._operand()
        if isinstance(left, _Field) and (method := self._method(left)):
            return method
        sign = self._sign()
        if sign is None:
            if isinstance(left, _Field):
                return lambda document: _is_true(left.of(document))
            raise Unreadable("Expression of type 'Boolean' expected")
        return _comparison(left, sign, self._operand())

    def _method(self, field: _Field) -> Test | None:
        name = field.path.rpartition(".")[2].lower()
        if name not in _METHODS or not self._takes("("):
            return None
        path = field.path.rpartition(".")[0]
        part = self._literal()
        self._needs(")")
        test = _METHODS[name]
        return lambda document: test(str(found(document, path) or "").lower(), str(part.value).lower())

    def _sign(self) -> str | None:
        kind, text = self._peek()
        if kind == "sign" and _SAME.get(text, text) in _COMPARE:
            self._at += 1
            return _SAME.get(text, text)
        return None

    def _operand(self) -> _Field | _Literal:
        kind, text = self._peek()
        if kind != "word" or text.lower() in ("true", "false", "null", "guid", "datetime", "date"):
            if kind == "word" and text.lower() == "date" and self._peek(1)[1] != "(":
                return self._field()
            return self._literal()
        return self._field()

    def _field(self) -> _Field:
        names = [self._word()]
        while self._takes("."):
            names.append(self._word())
        path = ".".join(names)
        if names[-1].lower() in _METHODS and len(names) > 1:
            spelling = _spelt(".".join(names[:-1]), self._fields)
            self.used.add(spelling)
            return _Field(f"{spelling}.{names[-1]}")
        if names[-1].lower() in ("value", "hasvalue") and len(names) > 1:  # of a nullable
            path = ".".join(names[:-1])
        spelling = _spelt(path, self._fields)
        self.used.add(spelling)
        return _Field(spelling, asks_whether=names[-1].lower() == "hasvalue")

    def _literal(self) -> _Literal:
        kind, text = self._next()
        if kind == "text":
            return _Literal(re.sub(r"\\(.)", r"\1", text[1:-1]))
        if kind == "number":
            return _Literal(Decimal(text))
        match text.lower():
            case "true" | "false" as word:
                return _Literal(word == "true")
            case "null":
                return _Literal(None)
            case "guid":
                return _Literal(str(self._arguments()[0]).lower())
            case "datetime" | "date":
                parsed = self._takes(".") and self._word().lower() == "parse"
                return _Literal(_moment(self._arguments(), parsed=parsed))
            case _:
                raise Unreadable(f"Syntax error at '{text}'")

    def _arguments(self) -> list[Value]:
        self._needs("(")
        values = [self._literal().value]
        while self._takes(","):
            values.append(self._literal().value)
        self._needs(")")
        return values

    # --- tokens ---

    def _peek(self, ahead: int = 0) -> tuple[str, str]:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        if token[0] == "end":
            raise Unreadable("Expression expected")
        self._at += 1
        return token

    def _takes(self, sign: str) -> bool:
        if self._peek() == ("sign", sign):
            self._at += 1
            return True
        return False

    def _takes_word(self, word: str) -> bool:
        kind, text = self._peek()
        if kind == "word" and text.lower() == word:
            self._at += 1
            return True
        return False

    def _needs(self, sign: str) -> None:
        if not self._takes(sign):
            raise Unreadable(f"'{sign}' expected")

    def _word(self) -> str:
        kind, text = self._next()
        if kind != "word":
            raise Unreadable(f"Syntax error at '{text}'")
        return text


def _is_true(value: Value) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    raise Unreadable("Expression of type 'Boolean' expected")


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise Unreadable(f"Syntax error at '{text[at:].strip()[:20]}'")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tokens


def _moment(values: list[Value], *, parsed: bool) -> datetime:
    try:
        if parsed:
            given = datetime.fromisoformat(str(values[0]))
            return given if given.tzinfo else given.replace(tzinfo=UTC)
        parts = [int(Decimal(str(value))) for value in values]
        hour, minute, second = (*parts[3:6], 0, 0, 0)[:3]
        return datetime(parts[0], parts[1], parts[2], hour, minute, second, tzinfo=UTC)
    except (ValueError, IndexError, TypeError, InvalidOperation) as error:
        raise Unreadable("No applicable constructor exists in type 'DateTime'") from error


def _comparison(left: _Field | _Literal, sign: str, right: _Field | _Literal) -> Test:
    compare = _COMPARE[sign]

    def holds(document: Json) -> bool:
        a, b = (_same_case(it, document) for it in (left, right))
        try:
            return compare(a, b)
        except TypeError as error:
            raise Unreadable("Operator incompatible with operand types") from error

    return holds


def _same_case(operand: _Field | _Literal, document: Json) -> Value:
    value = operand.of(document)
    return value.lower() if isinstance(value, str) else value
