"""The rule book of introductions: pure functions on frozen values."""
