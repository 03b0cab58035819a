"""A directory and its roles."""
