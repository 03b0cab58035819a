"""Every SQL statement of the chassis, a named function each, always in bulk; a file per noun."""
