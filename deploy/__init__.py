"""How Forbliv runs: on one machine, in containers, and under whose rules."""
