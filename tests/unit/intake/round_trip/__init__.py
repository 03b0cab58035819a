"""The invented municipality written in the languages of four sources, and what intake says of each, beside each other."""
