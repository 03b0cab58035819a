"""The commands of `forbliv`: a module per noun, each with `register(app)`; `services/cli.py` finds them."""
