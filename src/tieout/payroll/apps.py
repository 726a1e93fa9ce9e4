"""Payroll: the people of a company, what they are paid, and what the books say of it."""

from __future__ import annotations

from django.apps import AppConfig


class PayrollConfig(AppConfig):
    name = "tieout.payroll"
