"""How payroll's pages write days and rates: ``{% load payroll %}``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django import template

from tieout.core.money import to_decimal
from tieout.core.month import Month
from tieout.payroll.person_fields import RATE_DIGITS
from tieout.ui import figures

register = template.Library()


@register.filter
def day(value: date) -> str:
    """``{{ row.start|day }}``: "1 Oct 2026"."""
    return figures.day(value)


@register.filter
def rate(value: int) -> str:
    """``{{ person.benefits|rate }}``: "12.5 %", a dash for none."""
    return f"{to_decimal(value, RATE_DIGITS).normalize():f} %" if value else figures.ZERO


@register.filter
def short(value: Month) -> str:
    """``{{ month|short }}``: "Oct 26", the head of a column."""
    return figures.short_month(value)


@register.simple_tag
def month_at(months: Sequence[Month], place: int) -> str:
    """Return the month at a place as an address carries it: "2026-10"."""
    return str(months[place])
