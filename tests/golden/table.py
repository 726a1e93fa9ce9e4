"""Golden tables: the expected text of a report, kept in a file that a reviewer can add up."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent


def check(name: str, text: str) -> None:
    """Fail unless the text is that of the file; ``GOLDEN=write`` writes the file instead."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path.name} differs: look, then `make golden`"
