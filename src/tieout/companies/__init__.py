"""Companies, who may see them, and what was changed by whom."""
