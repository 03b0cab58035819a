"""`python -m deploy.local.municipality FOLDER [--seed N] [--employees N]`: write the deliveries."""

import argparse
from pathlib import Path

from deploy.local.municipality import invent, write


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(description="Write the deliveries of an invented Danish municipality as CSV.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--employees", type=int, default=5000)
    asked = parser.parse_args()
    write(invent(asked.seed, asked.employees), asked.folder)


if __name__ == "__main__":
    main()
