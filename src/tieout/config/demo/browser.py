"""As much of a browser as a journey needs: cookies, redirects, and forms filled in as a person would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TypeVar
from urllib.parse import urljoin

import httpx2
import msgspec

T = TypeVar("T")


class LostWay(Exception):
    """A page was not what the journey expects there; the text says which and what it said."""


@dataclass(slots=True)
class Form:
    """A form of a page with what it would send untouched."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: set[str] = field(default_factory=set)  # what is sent only by the button that is pressed


class Browser:
    """One person's session. Follows redirects, also from one server to another and back."""

    def __init__(self) -> None:
        self._client = httpx2.Client(follow_redirects=True, trust_env=False, timeout=120)
        self.page: httpx2.Response | None = None

    def open(self, address: str) -> str:
        """Go to an address; return where that ended."""
        return self._arrive(self._client.get(address))

    def submit(self, to: str, **fields: str) -> str:
        """Fill in and send the page's form that leads to ``to``; return where that ended.

        ``to`` is a part of the form's address, "" for a form that is sent to its own page.
        """
        page = self._page()
        forms = (it for it in _forms(page.text) if _leads(it, to))
        found = next((it for it in forms if fields.keys() <= it.fields.keys() | it.buttons), None)
        if found is None:
            raise LostWay(f"no form to {to or 'the same page'} at {page.url}: {_words(page)}")
        address = urljoin(str(page.url), found.action)
        return self._arrive(
            self._client.post(address, data={**found.fields, **fields}, headers={"Referer": str(page.url)})
        )

    def json(self, address: str, shape: type[T]) -> T:
        """Return what an address answers in JSON, in a shape."""
        answer = self._client.get(address)
        if answer.status_code != httpx2.codes.OK:
            raise LostWay(f"{address} answered {answer.status_code}: {_words(answer)}")
        return msgspec.json.decode(answer.content, type=shape)

    def text(self, address: str) -> str:
        """Return what an address answers, as text."""
        answer = self._client.get(address)
        if answer.status_code != httpx2.codes.OK:
            raise LostWay(f"{address} answered {answer.status_code}: {_words(answer)}")
        return answer.text

    def _page(self) -> httpx2.Response:
        if self.page is None:
            raise LostWay("no page is open")
        return self.page

    def _arrive(self, page: httpx2.Response) -> str:
        if page.is_error:
            raise LostWay(f"{page.url} answered {page.status_code}: {_words(page)}")
        self.page = page
        return str(page.url)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif self.forms:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        fields, name = self.forms[-1].fields, given.get("name", "")
        match tag:
            case "select":
                self._select = name
            case "option" if self._select and ("selected" in given or self._select not in fields):
                fields[self._select] = given.get("value", "")
            case "input" if name and given.get("type") in ("radio", "checkbox"):
                if "checked" in given:
                    fields[name] = given.get("value", "on")
            case "button" if name:
                self.forms[-1].buttons.add(name)
            case "input" if name:
                fields[name] = given.get("value", "")
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


def _leads(form: Form, to: str) -> bool:
    return to in form.action if to else not form.action


def _forms(html: str) -> list[Form]:
    reader = _Reader()
    reader.feed(html)
    return reader.forms


def _words(page: httpx2.Response) -> str:
    """Return what a page says, shortened, for the error."""
    words: list[str] = []

    class Words(HTMLParser):
        def handle_data(self, data: str) -> None:
            words.append(data.strip())

    Words().feed(page.text[page.text.find("<main") :] if "<main" in page.text else page.text)
    return " ".join(word for word in words if word)[:400]
