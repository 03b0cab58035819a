"""Every event by name: read this to learn what can be said."""
