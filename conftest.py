"""What every test has, here and in the providers' folders: people, a company, a database file, no network."""

from __future__ import annotations

pytest_plugins = ["tests.fixtures", "tests.together"]
