"""One module a command. Each sets Django up only if it needs it, so that a sandbox starts at once."""

from __future__ import annotations


def need_django() -> None:
    """Load the settings and the parts; call it before importing anything that has tables."""
    import django

    django.setup()
