"""The department of each account, as the company has it today."""

from __future__ import annotations

from collections.abc import Mapping

from tieout.companies.models import Company


def departments_of(_company: Company) -> Mapping[int, str]:
    """Return the department's name by account row id; an account that is in none is absent."""
    return {}
