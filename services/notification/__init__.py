"""Whose task a duty is, and the leader's inbox. It never closes a duty: its owner does, and says so."""
