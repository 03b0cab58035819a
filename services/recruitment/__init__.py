"""Owns posts that become vacant, what is done before an ad, and who filled them; whose task that is, `notification` knows."""
