"""The demo's player: imports deliveries, moves the clock, and does what leaders do, through the pages they use."""
