"""The template tags of every page: ``{% load ui %}``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template.context import RequestContext
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tieout.core.month import Month
from tieout.ui import figures, nav, shell

register = template.Library()

_THEMES = ("light", "dark")


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """Return an icon of the sprite; it is decoration, so the words beside it must say the same."""
    address = f"{static('ui/icons.svg')}#{name}"
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}"/></svg>', f" {classes}" if classes else "", address
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What ``shell.html`` draws around a page."""

    facts: shell.ShellFacts
    groups: tuple[nav.NavGroup, ...]

    @property
    def tabs(self) -> tuple[nav.NavEntry, ...]:
        """The entries of a phone's tab bar."""
        return tuple(entry for group in self.groups for entry in group.entries if entry.place.tab)

    @property
    def company(self) -> shell.CompanyLink | None:
        """The company whose page it is."""
        return next((link for link in self.facts.companies if link.current), None)


@register.simple_tag(takes_context=True)
def shell_of(context: RequestContext) -> Shell:
    """Return the shell of the page's company, asked of the parts that registered."""
    request = _request(context)
    facts = shell.facts(request)
    company = getattr(request, "company", None)
    return Shell(facts=facts, groups=nav.groups(request, company.slug, facts.badges) if company else ())


@register.simple_tag(takes_context=True)
def theme(context: RequestContext) -> str:
    """Return the theme that the reader chose, or "" to follow the system."""
    chosen = _request(context).COOKIES.get("theme", "")
    return chosen if chosen in _THEMES else ""


@register.filter
def control(field: BoundField, size: str = "") -> SafeString:
    """``{{ field|control:"lg" }}``: a form's field in our look, whichever form it is from."""
    kind = getattr(field.field.widget, "input_type", "text")
    base = {"select": "select", "checkbox": "check", "radio": "check"}.get(kind, "input")
    # A placeholder that repeats the label says nothing, so forms of other packages lose theirs.
    return field.as_widget(attrs={"class": f"{base} {base}--{size}" if size else base, "placeholder": False})


@register.filter
def whole(minor: int | None, digits: int) -> str:
    """``{{ minor|whole:digits }}``: see ``figures.whole``."""
    return figures.whole(minor, digits)


@register.filter
def exact(minor: int | None, digits: int) -> str:
    """``{{ minor|exact:digits }}``: see ``figures.exact``."""
    return figures.exact(minor, digits)


@register.filter
def month(value: Month) -> str:
    """``{{ value|month }}``: "October 2026"."""
    return figures.long_month(value)


@register.simple_tag(takes_context=True)
def stamp(context: RequestContext, at: datetime) -> str:
    """Return when something happened, in the company's time zone: "today 06:12"."""
    now = context.get("now") or timezone.now()
    return figures.stamp(at, now=now, zone=timezone.get_current_timezone())


def _request(context: RequestContext) -> HttpRequest:
    request = context["request"]
    assert isinstance(request, HttpRequest)
    return request
