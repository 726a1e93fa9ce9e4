"""Filters of the plan's pages: ``{% load planning %}``."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString, mark_safe

from tieout.core.month import Month
from tieout.planning.summary import SummaryRow
from tieout.ui import figures, grid

register = template.Library()


@register.filter
def short_month(value: Month) -> str:
    """``{{ month|short_month }}``: "Oct 26"."""
    return figures.short_month(value)


@register.filter
def bars(amounts: Sequence[int]) -> SafeString:
    """``{{ row.trend|bars }}``: a small drawing of equal periods."""
    return mark_safe(grid.bars(amounts)) if amounts else SafeString()  # noqa: S308 - numbers only


@register.filter
def to_come(row: SummaryRow, digits: int) -> str:
    """``{{ row|to_come:digits }}``: what of the year's sum is forecast."""
    return figures.whole((row.year or 0) - (row.posted or 0), digits)
