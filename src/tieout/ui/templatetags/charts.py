"""``{% load charts %}``, then ``{% chart it %}``: a chart with the table behind it, on a page or in a fragment."""

from __future__ import annotations

import json

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe

from tieout.ui.chart_option import described, words
from tieout.ui.charts import Chart, chart_svg, rows

register = template.Library()


@register.inclusion_tag("ui/_chart.html")
def chart(it: Chart) -> dict[str, object]:
    """Draw a chart; one without a figure says so instead."""
    if it.empty:
        return {"chart": it}
    return {"chart": it, "svg": _safe(chart_svg(it)), "words": words(it), "rows": rows(it), "data": _data(it)}


def _safe(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308 - written by an XML writer from a list of shapes


def _data(it: Chart) -> SafeString:
    return json_script(json.loads(described(it).text))
