"""The runtime every service stands on; no people word of a domain occurs in it."""
