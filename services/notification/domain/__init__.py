"""Pure: whose task it is now, what is said of it, and how the inbox sorts it."""
