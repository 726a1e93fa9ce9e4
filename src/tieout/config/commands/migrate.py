"""``tieout migrate``: the database in its newest form."""

from __future__ import annotations

from tieout.config.commands import need_django


def migrate() -> None:
    """Bring the database to this version's form. Safe to run at every start."""
    from django.conf import settings

    settings.DATA.mkdir(parents=True, exist_ok=True)
    need_django()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1)
