"""Whose task a duty is, the leader's inbox, and who comes and goes. It never closes a duty: its owner does, and says so."""
