"""How payroll's pages write days and rates: ``{% load payroll %}``."""

from __future__ import annotations

from datetime import date

from django import template

from tieout.core.money import to_decimal
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
