"""The sandbox that a command serves: the demo company and a second organisation, or a books file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import httpx2
import pytest

from tieout.providerkit.books import BadBooks
from tieout.providers.xero.sandbox import Sandbox, make_sandbox


def companies(sandbox: Sandbox) -> list[dict[str, object]]:
    with httpx2.Client(transport=httpx2.WSGITransport(app=sandbox.app), base_url="http://sandbox") as client:
        return list(client.get("/control/books").json()["companies"])


@pytest.mark.slow
def test_the_demo_company_and_another_are_there_to_choose_from() -> None:
    sandbox = make_sandbox(today=date(2026, 10, 15))
    first, second = companies(sandbox)
    assert (first["name"], first["currency"], first["today"]) == ("Quillbay Software, Inc.", "USD", "2026-10-15")
    assert second["name"] != first["name"]
    assert sandbox.limits.on
    assert sandbox.registration.has_journals
    page = httpx2.Client(transport=httpx2.WSGITransport(app=sandbox.app), base_url="http://sandbox").get("/")
    assert "Quillbay" in page.text


def test_a_file_that_is_no_book_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        make_sandbox(str(tmp_path / "nowhere.jsonl"))
    (tmp_path / "books.jsonl").write_text('{"kind": "novelty"}\n')
    with pytest.raises(BadBooks):
        make_sandbox(str(tmp_path / "books.jsonl"))
