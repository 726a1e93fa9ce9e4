"""What is wrong with a formula's text, and where."""

from __future__ import annotations


class FormulaError(ValueError):
    """The text is no formula: ``str()`` is a sentence for the page, ``start`` and ``end`` are the place in the text."""

    def __init__(self, sentence: str, start: int, end: int) -> None:
        super().__init__(sentence)
        self.start = start
        self.end = end
