"""A service imports the chassis and the contracts, never a sibling."""
