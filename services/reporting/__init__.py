"""Owns the figures: what every history adds to which cell, the ledger of it, and what may be shown. Knows nobody's name."""
