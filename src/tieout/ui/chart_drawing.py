"""Draws charts on the server: ECharts in QuickJS, in one thread of its own, and what it draws is made fit for a page.

QuickJS belongs to the thread that made it. One engine a process costs 12 MB and 15 ms a chart; what was drawn is kept.
"""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from pathlib import Path
from xml.etree import ElementTree as ET

import quickjs

_STATIC = Path(__file__).parent / "static" / "ui"
ECHARTS = _STATIC / "vendor" / "echarts.min.js"
_FINISH = _STATIC / "chart-option.js"
_MEMORY = 256 * 1024 * 1024  # bytes that a chart may take before it is given up
_SECONDS = 10
_DRAW = """
var setTimeout = function () { return 0; }, clearTimeout = function () {};
echarts.setPlatformAPI({
  measureText: function (text, font) {
    const size = parseFloat((/([\\d.]+)px/.exec(font) || [0, 12])[1]);
    let ems = 0;
    for (const it of text)
      ems += /[ijlt.,:;'()|! ]/.test(it) ? 0.32 : /[A-Zmw&%@]/.test(it) ? 0.74 : it > "\\u2e80" ? 1 : 0.58;
    return {width: ems * size};
  },
});
function draw(text, width, height) {
  const chart = echarts.init(null, null, {renderer: "svg", ssr: true, width: width, height: height});
  chart.setOption(finished(JSON.parse(text), width));
  const svg = chart.renderToSVGString();
  chart.dispose();
  return JSON.stringify(svg);
}
"""
_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset(
    f"{{{_SVG}}}{name}"
    for name in (
        "svg", "g", "defs", "path", "rect", "circle", "ellipse", "polygon", "polyline", "line", "text", "tspan",
        "pattern", "clipPath",
    )
)  # fmt: skip
_STYLED = ("font-size", "font-family", "font-weight", "font-style")
_LINK = re.compile(r"url\(#([\w-]+)\)")


def drawable() -> bool:
    """Return whether there is anything to draw with."""
    return ECHARTS.is_file()


@lru_cache(maxsize=256)
def drawn(described: str, key: str, width: int, height: int) -> str:
    """Return the SVG of a described chart, whose ids begin with ``key``; "" where there is nothing to draw with."""
    if not drawable():
        return ""
    return _fit(_thread().submit(_draw, described, width, height).result(), key)


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="charts")


@cache
def _engine() -> quickjs.Context:
    """Return the engine with ECharts in it. Only the thread of `_thread` calls this."""
    engine = quickjs.Context()
    engine.set_memory_limit(_MEMORY)
    engine.eval(ECHARTS.read_text(encoding="utf-8"))
    engine.eval(_FINISH.read_text(encoding="utf-8").replace("export function", "function"))
    engine.eval(_DRAW)
    return engine


def _draw(described: str, width: int, height: int) -> str:
    engine = _engine()
    engine.set_time_limit(_SECONDS)
    svg = json.loads(engine.eval(f"draw({json.dumps(described)}, {width:d}, {height:d})"))
    assert isinstance(svg, str)
    return svg


def _fit(svg: str, key: str) -> str:
    """Return a drawing that a page's policy takes: no style but attributes, ids of its own, nothing but shapes."""
    root = ET.fromstring(svg)  # noqa: S314 - of our own making
    ids = {it.get("id", ""): f"{key}-{at}" for at, it in enumerate(root.iter()) if it.get("id")}
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag not in _ELEMENTS:
                parent.remove(child)
    for each in root.iter():
        _plain(each, ids)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    root.set("aria-hidden", "true")  # the figure around it says it in words, and has the table
    root.set("focusable", "false")
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")


def _plain(each: ET.Element, ids: dict[str, str]) -> None:
    style = dict(part.split(":", 1) for part in each.attrib.pop("style", "").split(";") if ":" in part)
    for name in _STYLED:
        if value := style.get(name, "").strip():
            each.set(name, value)
    each.attrib.pop("class", None)
    for name, value in list(each.attrib.items()):
        if name.startswith(("on", "{http://www.w3.org/1999/xlink}")):
            del each.attrib[name]
        elif name == "id":
            each.set(name, ids[value])
        elif "url(#" in value:
            each.set(name, _LINK.sub(lambda found: f"url(#{ids[found.group(1)]})", value))
