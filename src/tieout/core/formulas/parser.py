"""A formula's text as a tree. Nothing but FormulaError is ever raised, whatever the text (docs/formulas.md)."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from tieout.core.formulas.errors import FormulaError
from tieout.core.formulas.functions import COMPARISONS, FUNCTIONS, IF, LEAST_ROUNDING, MOST_ROUNDING, Function
from tieout.core.formulas.hints import unexpected
from tieout.core.formulas.lexer import Kind, Token, name_of, parts_of, tokens
from tieout.core.formulas.tree import FARTHEST, Call, Chain, If, Minus, Name, Number, Tree

DEEPEST = 50  # brackets, functions and signs inside each other


class Names(Protocol):
    """Who knows what names mean."""

    def find(self, parts: tuple[str, ...]) -> str | None:
        """Return the key of the variable with a name, or None."""
        ...

    def close_to(self, parts: tuple[str, ...]) -> str:
        """Return a name, as a formula spells it, that the reader may have meant; "" if none is close."""
        ...


def parse(text: str, names: Names) -> Tree:
    """Return the tree of a formula as people write it. Raise FormulaError with the place."""
    return _Parser(list(tokens(text)), names).whole()


def parse_stored(text: str) -> Tree:
    """Return the tree of a formula as it is kept, its names as keys in braces: ``{a60} * 2``."""
    return _Parser(list(tokens(text)), None).whole()


class _Parser:
    """Recursive descent, one function a level of the grammar. Without names it takes stored ones only."""

    def __init__(self, found: list[Token], names: Names | None) -> None:
        self._tokens = found
        self._names = names
        self._at = 0
        self._depth = 0

    def whole(self) -> Tree:
        self._take("=")  # people who come from spreadsheets begin so
        if self._ended:
            raise FormulaError("The formula is empty.", 0, self._next.end)
        tree = self._sum()
        if not self._ended:
            raise self._unexpected()
        return tree

    @property
    def _ended(self) -> bool:
        return self._next.kind is Kind.END

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self, *signs: str) -> Token | None:
        token = self._next
        if token.kind is Kind.SIGN and token.text in signs:
            self._at += 1
            return token
        return None

    def _expect(self, sign: str, sentence: str) -> Token:
        taken = self._take(sign)
        if taken is None:
            raise self._unexpected(sentence)
        return taken

    def _close(self, opened: Token) -> Token:
        if self._ended:
            raise FormulaError("This bracket is not closed.", opened.start, opened.end)
        return self._expect(")", "")

    def _sum(self) -> Tree:
        return self._chain(("+", "-"), self._product)

    def _product(self) -> Tree:
        return self._chain(("*", "/"), self._signed)

    def _chain(self, signs: tuple[str, ...], operand: Operand) -> Tree:
        first = operand()
        rest: list[tuple[str, Tree]] = []
        while sign := self._take(*signs):
            rest.append((sign.text, operand()))
        return Chain(first, tuple(rest), start=first.start, end=rest[-1][1].end) if rest else first

    def _signed(self) -> Tree:
        minus = self._take("-")
        if minus is None:
            return self._primary()
        self._deeper(minus)
        operand = self._signed()
        self._depth -= 1
        return Minus(operand, start=minus.start, end=operand.end)

    def _primary(self) -> Tree:
        token = self._next
        match token.kind:
            case Kind.NUMBER:
                return self._number()
            case Kind.STORED if self._names is None:
                self._at += 1
                return self._offset(Name(token.text[1:-1], start=token.start, end=token.end))
            case Kind.NAME:
                self._at += 1
                if self._next.text == "(" and self._next.kind is Kind.SIGN:
                    return self._call(token)
                return self._offset(self._name(token))
            case Kind.SIGN if token.text == "(":
                self._at += 1
                self._deeper(token)
                inside = self._sum()
                self._close(token)
                self._depth -= 1
                return inside
            case _:
                raise self._unexpected()

    def _number(self) -> Number:
        token = self._next
        self._at += 1
        percent = self._take("%")
        value = Decimal(token.text)
        if percent:
            return Number(value.scaleb(-2), start=token.start, end=percent.end)
        return Number(value, start=token.start, end=token.end)

    def _name(self, token: Token) -> Name:
        key = self._names.find(parts_of(token.text)) if self._names else None
        if key is None:
            close = self._names.close_to(parts_of(token.text)) if self._names else ""
            hint = f" Did you mean {close}?" if close else ""
            shown = name_of(parts_of(token.text))
            raise FormulaError(f"There is no variable {shown}.{hint}", token.start, token.end)
        return Name(key, start=token.start, end=token.end)

    def _offset(self, name: Name) -> Name:
        opened = self._take("[")
        if opened is None:
            return name
        minus = self._take("-")
        self._take("+") if minus is None else None
        number = self._next
        sentence = "Between the square brackets stands a whole number of months: [-1] is the month before."
        if number.kind is not Kind.NUMBER or not number.text.isdecimal():
            raise self._unexpected(sentence)
        self._at += 1
        closed = self._expect("]", sentence)
        months = int(number.text)
        if months > FARTHEST:
            raise FormulaError(f"An offset reaches at most {FARTHEST} months.", opened.start, closed.end)
        return Name(name.key, -months if minus else months, start=name.start, end=name.end)

    def _call(self, token: Token) -> Tree:
        name = token.text.lower()
        function = IF if name == "if" else FUNCTIONS.get(name)
        if function is None:
            known = ", ".join([*FUNCTIONS, "if"])
            raise FormulaError(f"There is no function {token.text}. There are {known}.", token.start, token.end)
        self._deeper(token)
        self._at += 1  # the bracket
        made: Tree = self._if(token) if function is IF else self._arguments(token, name, function)
        self._depth -= 1
        return made

    def _if(self, token: Token) -> If:
        left = self._sum()
        compare = self._take(*COMPARISONS)
        if compare is None:
            raise self._unexpected("if begins with a comparison: if(a > b, x, y).")
        right = self._sum()
        self._expect(",", "if has three parts: if(a > b, x, y).")
        then = self._sum()
        self._expect(",", "if has three parts: if(a > b, x, y).")
        otherwise = self._sum()
        closed = self._expect(")", "if has three parts: if(a > b, x, y).")
        return If(compare.text, left, right, then, otherwise, start=token.start, end=closed.end)

    def _arguments(self, token: Token, name: str, function: Function) -> Call:
        found: list[Tree] = []
        opened = self._tokens[self._at - 1]
        if not (closed := self._take(")")):
            found.append(self._sum())
            while self._take(","):
                found.append(self._sum())
            closed = self._close(opened)
        if not function.least <= len(found) <= function.most:
            raise FormulaError(f"{name} is written {function.usage}.", token.start, closed.end)
        if name == "round" and len(found) == 2:
            _check_digits(found[1])
        return Call(name, tuple(found), start=token.start, end=closed.end)

    def _deeper(self, token: Token) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            sentence = f"More than {DEEPEST} levels inside each other. Put parts of the formula into variables."
            raise FormulaError(sentence, token.start, token.end)

    def _unexpected(self, sentence: str = "") -> FormulaError:
        token = self._next
        before = self._tokens[self._at - 1] if self._at else None
        if not sentence:
            sentence = unexpected(token, before)
        start = before.start if token.kind is Kind.END and before else token.start
        return FormulaError(sentence, start, token.end)


class Operand(Protocol):
    """Reads one operand."""

    def __call__(self) -> Tree: ...


def _check_digits(tree: Tree) -> None:
    number = tree.operand if isinstance(tree, Minus) else tree
    sign = -1 if isinstance(tree, Minus) else 1
    if (
        not isinstance(number, Number)
        or number.value != int(number.value)
        or not LEAST_ROUNDING <= sign * number.value <= MOST_ROUNDING
    ):
        sentence = f"The digits of round are a whole number from {LEAST_ROUNDING} to {MOST_ROUNDING}."
        raise FormulaError(sentence, tree.start, tree.end)
