"""Files on their way to the reader. They may hold pay: no cache keeps them."""

from __future__ import annotations

from django.http import HttpResponse

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(data: bytes, name: str) -> HttpResponse:
    """Return a file to save under a name."""
    kind = _TYPES[name.rpartition(".")[2]]
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(data, content_type=kind, headers=headers)
