"""Write `contracts/asyncapi.yaml`: `python -m deploy.asyncapi`. A test compares the file with what this gives."""

import sys

from deploy.asyncapi.document import FILE, document, text


def main() -> int:
    """Write the one file."""
    FILE.write_text(text(document()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
