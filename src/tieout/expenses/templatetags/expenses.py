"""How the entries page writes days and counts: ``{% load expenses %}``."""

from __future__ import annotations

from datetime import date

from django import template

from tieout.core.month import Month
from tieout.ui import figures

register = template.Library()


@register.filter
def entry_day(day: date) -> str:
    """``{{ line.date|entry_day }}``: "1 Oct 2026"."""
    return figures.day(day)


@register.filter
def entry_month(day: date) -> str:
    """``{{ line.date|entry_month }}``: "Oct 26", for a row that stands for a whole month."""
    return figures.short_month(Month.of(day))


@register.filter
def entries(count: int) -> str:
    """``{{ page.count|entries }}``: "11 entries"."""
    return figures.count(count, "entry", "entries")


@register.filter
def lines(count: int) -> str:
    """``{{ preview.takes.count|lines }}``: "118 lines"."""
    return figures.count(count, "line")


@register.filter
def reversed_postings(count: int) -> str:
    """``{{ page.cancelled|reversed_postings }}``: "2 reversed postings"."""
    return figures.count(count, "reversed posting")


@register.filter
def payroll_entries(count: int) -> str:
    """``{{ line.count|payroll_entries }}``: "3 payroll entries"."""
    return figures.count(count, "payroll entry", "payroll entries")


@register.filter
def difference(minor: int, digits: int) -> str:
    """``{{ minor|difference:digits }}``: all decimals, also of zero."""
    return figures.difference(minor, digits)


@register.filter
def accounts(number: int) -> str:
    """``{{ unassigned|accounts }}``: "1 account is", "4 accounts are"."""
    return f"{figures.count(number, 'account')} {'is' if number == 1 else 'are'}"
