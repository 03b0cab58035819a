"""`python -m bench [--only NAME]`: run the benches; each prints one JSON line per figure."""

import argparse
import pkgutil
from importlib import import_module

import bench


def main() -> None:
    """Run all, or the one named."""
    names = sorted(
        found.name for found in pkgutil.iter_modules(bench.__path__) if not found.name.startswith("_") and found.name != "report"
    )
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=names)
    asked = parser.parse_args()
    for name in [asked.only] if asked.only else names:
        import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main()
