"""The look: base templates, components, formatters and the grid's row renderer. Knows no part above it."""
