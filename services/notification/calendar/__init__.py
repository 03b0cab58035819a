"""One's tasks in one's own calendar: a secret address for each person, and the feed (RFC 5545) that stands behind it."""
