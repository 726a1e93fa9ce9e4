"""The template tags of the reports: ``{% load reports %}``."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext

from tieout.ui.nav import url_of

register = template.Library()


@register.simple_tag(takes_context=True)
def place(context: RequestContext, name: str) -> str:
    """Return the address of a page of another part in this company, "" while no part answers to the name."""
    return url_of(name, context["request"].company.slug)


@register.simple_tag(takes_context=True)
def query(context: RequestContext, **changes: str) -> str:
    """Return the address's own query with some values changed; "" takes one out."""
    kept = context["request"].GET.copy()
    for name, value in changes.items():
        kept.pop(name, None)
        if value:
            kept[name] = value
    return str(kept.urlencode())
