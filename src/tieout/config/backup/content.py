"""What both kinds of database have in common where backups are concerned."""

from __future__ import annotations

SESSIONS = "django_session"  # not in a backup: whoever reads one must not be signed in by it

TABLES_OF_DATA = ("auth_user", "companies_company")  # an installation with rows in one of these is in use

# A process from before the restore may still hold a run. Its fence must match none that is given out from now on.
DISOWN_RUNS = "UPDATE connections_syncrun SET fence = fence + 1000000 WHERE state IN ('queued', 'running')"
