"""Indicators: formulas over cells, and what of them may be shown."""
