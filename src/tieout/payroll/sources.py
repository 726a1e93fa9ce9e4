"""Where pay runs come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from tieout.providerkit import registry
from tieout.providerkit.interface import GrantKind
from tieout.providerkit.payroll import PayrollFiles


def file_provider(environment: Mapping[str, str]) -> PayrollFiles:
    """Return the provider whose payroll comes as files."""
    made = (registry.make_payroll(key, environment) for key in registry.payroll_keys())
    return cast("PayrollFiles", next(each for each in made if each.about.grant is GrantKind.FILE))
