"""Pages set in type. What is set comes as data, never as markup: no text that somebody wrote can say how to set it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import typst


def set_pages(template: Path, data: Mapping[str, object], *, at: datetime) -> bytes:
    """Return a PDF of a template and its data, which the template finds as JSON in ``sys.inputs.data``.

    ``at`` stands in the file as the time at which it was made: equal data give equal bytes.
    """
    made = typst.compile(
        template.read_bytes(), format="pdf", sys_inputs={"data": json.dumps(data)}, timestamp=int(at.timestamp())
    )
    assert isinstance(made, bytes)
    return made
