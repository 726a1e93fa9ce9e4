"""The rows of a figures grid: written by hand for speed, and the only place where HTML is written that way.

A template took 194 ms for 300 × 24 cells; this takes a few. Every text that goes in is escaped here. Cells are bare
``<td>``, and one handler in ``grid.js`` serves them all: the row's key stands on its ``<tr>``, the month's on its
``<th>``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape

from django.http import QueryDict
from django.templatetags.static import static
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe

from tieout.ui import figures

ALL = "all"
_BAR_STEP, _BAR_WIDTH, _BAR_HEIGHT = 8, 6, 18  # pixels


class Sign(StrEnum):
    """What a cell shows beside its figure, as the class that the style sheet knows. No sign: imported."""

    TYPED = "t"
    ESTIMATED = "e"
    UNVERIFIED = "u"
    NOTED = "n"
    OVER = "over"
    RESTATED = "r"
    PART = "i"
    MOVED_ON = "m"  # the books say something else by now than what a typed figure stands over
    TYPED_MOVED_ON = "t m"
    FAVOURABLE = "fav"
    UNFAVOURABLE = "unfav"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of figures. ``month`` ("2026-10") makes its cells open their entries; a sum over months has none.

    ``types`` is the month that rows with ``edit`` take typed figures for.
    """

    label: str
    month: str = ""
    types: str = ""
    hint: str = ""
    forecast: bool = False
    first_forecast: bool = False
    total: bool = False
    partial: bool = False
    unverified: bool = False
    closed: str = ""  # what is to be said of its closed months, as a sentence
    closed_url: str = ""  # where more is told of them
    restated: bool = False  # the books say something else of a closed month
    trend: bool = False  # draws the row's ``trend`` instead of an amount
    percent: bool = False  # its amounts are tenths of a percent

    @property
    def classes(self) -> str:
        """What the style sheet needs to know of each of its cells."""
        flags = (
            ("f", self.forecast), ("now", self.first_forecast), ("yr", self.total), ("p", self.partial),
            ("trend", self.trend), ("sum", not (self.month or self.forecast)),
        )  # fmt: skip
        return " ".join(name for name, wanted in flags if wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A caption above several columns: "Actual", and a note that a phone has no room for: "posted in the books"."""

    label: str
    span: int
    note: str = ""
    forecast: bool = False
    first_forecast: bool = False
    total: bool = False  # above a column that mixes what is left and right of it
    partial: bool = False

    @property
    def html(self) -> str:
        """Its ``<th>``."""
        note = f'<span class="hide-s">, {escape(self.note)}</span>' if self.note else ""
        flags = (("f", self.forecast), ("now", self.first_forecast), ("p", self.partial), ("yr", self.total))
        classes = " ".join(name for name, wanted in flags if wanted)
        label = (
            ""
            if not self.label
            else (
                f'<span class="band{" band--f" if self.forecast else " band--one" if self.total else ""}">'
                f"<span>{escape(self.label)}{note}</span></span>"
            )
        )
        return f'<th colspan="{self.span}"{_class(classes)}>{label}</th>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row. ``amounts`` are minor units in the sign that is shown, one a column; None leaves the cell empty.

    ``key`` names it in the address and to the entries page. A row hides while a row above it of a lower level is shut.
    """

    key: str
    label: str
    level: int
    amounts: Sequence[int | None]
    expandable: bool = False
    code: str = ""
    href: str = ""
    icon: str = ""
    badge: str = ""
    hint: str = ""  # told where the pointer rests on the name: the account it belongs under
    fault: str = ""  # why its figures are missing, as a sentence
    edit: bool = False  # whether figures can be typed, where the column takes them
    form: bool = False  # whether ``href`` is a page of its own and not entries
    trend: Sequence[int] = ()  # of equal periods, oldest first, for the column that draws it
    rest: bool = False  # "Rest of the account": what no rule took
    total: bool = False  # a total among the rows: "Gross profit"
    tied: Sequence[bool | None] = ()  # of a total among the rows, as of a foot
    entries: bool = True
    signs: Mapping[int, str] = field(default_factory=dict)  # by the column's position; several with a space between
    notes: Mapping[int, str] = field(default_factory=dict)  # what a sign means, in words, by the column's position
    texts: Mapping[int, str] = field(default_factory=dict)  # what stands instead of the figure, by position


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """A row at the foot. ``tied`` says of each column whether it ties out: True earns the double rule."""

    label: str
    amounts: Sequence[int | None]
    key: str = ""
    badge: str = ""
    entries: bool = True
    tied: Sequence[bool | None] = ()
    trend: Sequence[int] = ()
    notes: Mapping[int, str] = field(default_factory=dict)  # of figures that the books no longer agree with
    signs: Mapping[int, str] = field(default_factory=dict)  # where a note is of something else
    texts: Mapping[int, str] = field(default_factory=dict)  # what stands instead of the figure, by position


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks of a grid: which rows are open, and what else it carries along."""

    opened: frozenset[str] = frozenset()
    carried: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, query: QueryDict) -> Asked:
        """Return it from a request's query: ``open=KEY`` and ``shut=KEY``, repeated; ``open=all`` opens all."""
        opened = frozenset(query.getlist("open")) - frozenset(query.getlist("shut"))
        others = ((name, value) for name, values in query.lists() if name not in ("open", "shut") for value in values)
        return cls(opened=opened, carried=(*others, *(("open", key) for key in sorted(opened))))

    def is_open(self, key: str) -> bool:
        """Return whether a row shows what is below it."""
        return key in self.opened or ALL in self.opened


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A grid, ready for ``{% include "ui/_grid.html" %}``. ``digits`` are the currency's; ``exact`` shows cents.

    ``entries_url`` gets ``?row=KEY&month=2026-10`` and answers with the side sheet's content (whole page without
    script). ``children_url``, if given, gets ``?row=KEY`` and answers with a grid's ``body_html``, the
    rows not sent before.
    """

    label: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    digits: int
    corner: str = ""
    bands: Sequence[Band] = ()
    feet: Sequence[Foot] = ()
    asked: Asked = field(default_factory=Asked)
    entries_url: str = ""
    children_url: str = ""
    edit_url: str = ""  # where typed figures are sent: `ui/grid-edit.js`
    undo_url: str = ""  # where a step is taken back
    figures_url: str = ""  # answers with the exact figures of the rows that were sent
    exact: bool = False
    selects: bool = False  # whether a click only selects a cell that can be typed; Enter opens its entries
    from_start: bool = False  # whether the first columns are what a narrow page shows first
    flat: bool = False  # whether no row stands below another

    @cached_property
    def head_html(self) -> SafeString:
        """The rows of ``<thead>``."""
        bands = "".join(band.html for band in self.bands)
        above = f'<tr class="bands"><td class="rowhead"></td>{bands}</tr>' if bands else ""
        heads = "".join(_head(column) for column in self.columns)
        corner = f'<th class="rowhead" scope="col">{escape(self.corner)}</th>'
        return mark_safe(f"{above}<tr>{corner}{heads}</tr>")  # noqa: S308 - escaped above

    @cached_property
    def body_html(self) -> SafeString:
        """The rows of ``<tbody>``."""
        return mark_safe("\n".join(self._body()))  # noqa: S308 - escaped in _label and _cells

    @cached_property
    def foot_html(self) -> SafeString:
        """The rows of ``<tfoot>``."""
        return mark_safe("\n".join(self._foot(foot) for foot in self.feet))  # noqa: S308 - escaped in _foot

    def _body(self) -> Iterator[str]:
        opens = [_class(column.classes) for column in self.columns]
        shut_below = 99
        for row in self.rows:
            hidden = row.level > shut_below
            if not hidden:
                shut_below = 99
            is_open = row.expandable and self.asked.is_open(row.key)
            if row.expandable and not is_open and not hidden:
                shut_below = row.level
            yield (
                f'<tr data-row="{escape(row.key)}" aria-level="{row.level}"'
                f"{_state(row, is_open=is_open)}{_class('total' if row.total else '')}{' hidden' if hidden else ''}>"
                f"{_label(row, is_open=is_open)}{self._cells(row, opens)}</tr>"
            )

    def _cells(self, row: Row, opens: Sequence[str]) -> str:
        write = figures.exact if self.exact else figures.whole
        if row.trend:
            return "".join(self._drawn(row))
        if row.tied:
            return "".join(
                f"<td{_class(column.classes)}>{_ruled(self._figure(column, amount), tied)}</td>"
                for column, amount, tied in zip(self.columns, row.amounts, row.tied, strict=True)
            )
        if not (row.signs or row.notes or self._percents):
            return "".join(
                [
                    f"<td{opening}>{write(amount, self.digits)}</td>"
                    for opening, amount in zip(opens, row.amounts, strict=True)
                ]
            )
        return "".join(
            f"<td{_signed(column, row.signs.get(place))}{_title(row.notes.get(place, ''))}>"
            f"{_text(row.texts, place) or self._figure(column, amount)}{_aside(row.notes.get(place, ''))}</td>"
            for place, (column, amount) in enumerate(zip(self.columns, row.amounts, strict=True))
        )

    @cached_property
    def _percents(self) -> bool:
        return any(column.percent for column in self.columns)

    def _figure(self, column: Column, amount: int | None) -> str:
        if column.percent:
            return figures.percent(amount)
        return figures.exact(amount, self.digits) if self.exact else figures.whole(amount, self.digits)

    def _drawn(self, row: Row) -> Iterator[str]:
        for place, (column, amount) in enumerate(zip(self.columns, row.amounts, strict=True)):
            inside = bars(row.trend) if column.trend else self._figure(column, amount)
            note = row.notes.get(place, "")
            yield f"<td{_signed(column, row.signs.get(place))}{_title(note)}>{inside}{_aside(note)}</td>"

    def _foot(self, foot: Foot) -> str:
        states: Iterable[bool | None] = foot.tied or [None] * len(self.columns)

        def sign(place: int) -> str | None:
            return foot.signs.get(place, Sign.RESTATED if place in foot.notes else None)

        cells = "".join(
            f"<td{_signed(column, sign(place))}{_title(foot.notes.get(place, ''))}>"
            f"{self._foot_figure(foot, place, column, amount, tied)}{_aside(foot.notes.get(place, ''))}</td>"
            for place, (column, amount, tied) in enumerate(zip(self.columns, foot.amounts, states, strict=True))
        )
        badge = f'<span class="badge badge--differ">{escape(foot.badge)}</span>' if foot.badge else ""
        label = f'<span class="lead"></span><span class="name">{escape(foot.label)}</span>{badge}'
        name = f'<span class="label-in">{label}</span>'
        key = f' data-row="{escape(foot.key)}"{"" if foot.entries else " data-plain"}' if foot.key else ""
        return f'<tr{key}><th class="rowhead" scope="row">{name}</th>{cells}</tr>'

    def _foot_figure(self, foot: Foot, place: int, column: Column, amount: int | None, tied: bool | None) -> str:
        if column.trend:
            return bars(foot.trend)
        return _ruled(_text(foot.texts, place) or self._figure(column, amount), tied)


def bars(amounts: Sequence[int]) -> str:
    """Return a bar for each amount, up from a common zero, down if negative. Decoration: the figures say the same."""
    top, low = max(0, *amounts, 0), min(0, *amounts, 0)
    scale = (top - low) or 1
    zero = _BAR_HEIGHT * top / scale
    path = "".join(
        f"M{place * _BAR_STEP} {zero:.1f}h{_BAR_WIDTH}v{-_BAR_HEIGHT * amount / scale:.1f}h-{_BAR_WIDTH}z"
        for place, amount in enumerate(amounts)
        if amount
    )
    width = len(amounts) * _BAR_STEP
    return (
        f'<svg class="bars" width="{width}" height="{_BAR_HEIGHT}" aria-hidden="true">'
        f'<path class="bars__zero" d="M0 {zero:.1f}h{width}"/><path d="{path}"/></svg>'
    )


def _class(names: str) -> str:
    return f' class="{escape(names)}"' if names else ""


def _text(texts: Mapping[int, str], place: int) -> str:
    return escape(texts.get(place, ""))


def _signed(column: Column, sign: str | None) -> str:
    return _class(f"{column.classes} {sign or ''}".strip())


def _title(text: str) -> str:
    return f' title="{escape(text)}"' if text else ""


def _aside(text: str) -> str:
    """Return what only those hear who cannot see the sign."""
    return f'<span class="vh">. {escape(text)}</span>' if text else ""


def _lock(column: Column) -> str:
    """Return the sign of closed months, which leads to what is told of them."""
    if not column.closed:
        return ""
    tag, address = ("a", f' href="{escape(column.closed_url)}"') if column.closed_url else ("span", "")
    said = escape(column.closed)
    classes = "shut shut--differs" if column.restated else "shut"
    return f'<{tag} class="{classes}" title="{said}"{address}><span class="vh">. {said}</span></{tag}>'


def _head(column: Column) -> str:
    month = f' data-month="{escape(column.month)}"' if column.month else ""
    types = f' data-type="{escape(column.types)}"' if column.types else ""
    hint = f' title="{escape(column.hint)}"' if column.hint else ""
    sign = '<span class="unv" role="img" aria-label="Unverified:"></span>' if column.unverified else ""
    label = f"{sign}{escape(column.label)}{_lock(column)}"
    return f'<th scope="col"{_class(column.classes)}{month}{types}{hint}>{label}</th>'


def _state(row: Row, *, is_open: bool) -> str:
    expanded = f' aria-expanded="{"true" if is_open else "false"}"' if row.expandable else ""
    return f"{expanded}{'' if row.entries else ' data-plain'}{' data-edit' if row.edit else ''}"


def _label(row: Row, *, is_open: bool) -> str:
    key = escape(row.key)
    parts = []
    if row.expandable:
        verb, asks = ("Collapse", "shut") if is_open else ("Expand", "open")
        parts.append(
            f'<button class="twist" form="grid-form" name="{asks}" value="{key}"'
            f' tabindex="-1" aria-label="{verb}"></button>'
        )
    else:
        parts.append('<span class="lead"></span>')
    if row.icon:
        address = f"{static('ui/icons.svg')}#{escape(row.icon)}"
        parts.append(f'<svg class="icon" aria-hidden="true"><use href="{address}"/></svg>')
    if row.code:
        parts.append(f'<span class="code">{escape(row.code)}</span>')
    label = escape(row.label)
    whole = f"{row.code} {row.label}".strip() + (f", in {row.hint}" if row.hint else "")
    name = f'<span class="name{" rest" if row.rest else ""}" title="{escape(whole)}">{label}</span>'
    form = " form" if row.form else ""
    parts.append(f'<a class="cell{form}" tabindex="-1" href="{escape(row.href)}">{name}</a>' if row.href else name)
    if row.fault:
        fault = escape(row.fault)
        sign = f'<svg class="icon" aria-hidden="true"><use href="{static("ui/icons.svg")}#warn"/></svg>'
        parts.append(f'<span class="fault" title="{fault}">{sign}<span class="vh">{fault}</span></span>')
    if row.badge:
        parts.append(f'<span class="badge">{escape(row.badge)}</span>')
    return f'<th class="rowhead" scope="row"><span class="label-in">{"".join(parts)}</span></th>'


def _ruled(figure: str, tied: bool | None) -> str:
    if tied is None or not figure:
        return figure
    if not tied:
        return f'<span class="rule-differ unv"><span class="vh">Unverified: </span>{figure}</span>'
    # A double rule under a dash reads as a stroke too many.
    return figure if figure == figures.ZERO else f'<span class="rule-tied">{figure}</span>'
