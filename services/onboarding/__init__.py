"""Owns how newcomers are introduced: plans and follow-up talks; whose task a talk is, `notification` knows."""
