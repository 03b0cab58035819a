"""The commands of `forbliv`: a module per noun, each with `register(app)`; only the one that is asked for is imported."""

MODULES = {
    "clock": "clock",
    "dead-letters": "dead_letters",
    "deliveries": "deliveries",
    "demo": "demo",
    "down": "stack",
    "erase": "erase",
    "figures": "figures",
    "import": "import_",
    "keys": "keys",
    "mail": "mail",
    "migrate": "run",
    "poll": "poll",
    "rebuild": "rebuild",
    "status": "stack",
    "tasks": "tasks",
    "token": "token",
    "topics": "topics",
    "up": "stack",
    "web": "run",
    "worker": "run",
}
"""In which module a command lives."""
