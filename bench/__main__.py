"""`python -m bench [--list] [--only NAME …]`: run the benches; each prints one JSON line per figure."""

import argparse
import logging
from importlib import import_module

import structlog

from bench.asked import Asked

BENCHES = (
    *("pipeline", "ingest", "batches", "relay", "wakes", "duplicates", "takeover", "rebuild", "latency", "inbox", "growth"),
    *("kafka_streams", "xml_files", "csv"),
)
MODULES = {"csv": "csv_rows"}
"""Where the name of a bench is taken by the standard library."""


def main() -> None:
    """Run all, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="what each bench asks")
    parser.add_argument("--only", nargs="+", choices=BENCHES, default=BENCHES, metavar="NAME")
    parser.add_argument("--runs", type=int, default=3, help="how often; the median is printed")
    parser.add_argument("--events", type=int, help="how many events instead of the bench's own number")
    parser.add_argument("--batch", type=int, help="records per batch instead of 2000")
    parser.add_argument("--service", help="module:ATTRIBUTE of another service for the ingest bench, such as bench.fold:SAYING")
    parser.add_argument("--full", action="store_true", help="the sizes that the goals name: hours, not minutes")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a topic that was just made has no leader for a moment
    for name in given.only:
        module = import_module(f"bench.{MODULES.get(name, name)}")
        if given.list:
            print(f"{name}: {(module.__doc__ or '').splitlines()[0]}")
        else:
            module.main(Asked(given.runs, given.events, given.batch, given.service, given.full))


if __name__ == "__main__":
    main()
