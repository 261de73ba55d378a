"""Measure the seconds of the whole demo, step by step, from an empty folder to published pages.

Runs the very command of the README, without serving, and reads what it says of itself.

    python benchmarks/demo.py --people 20000
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def main() -> None:
    """Print the seconds of each step and of the whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    result = measure_demo(args.people)
    print(json.dumps(result) if args.json else format_result(result))


def measure_demo(people: int) -> dict[str, Any]:
    """Run the demo in a fresh folder; return the seconds by step, and of the command with its
    start."""
    command = "from cairn.interfaces.cli.main import app; app()"
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as name:
        options = ["--no-serve", "--json", "--people", str(people), "--data", str(Path(name, "d"))]
        start = time.perf_counter()
        completed = subprocess.run(  # noqa: S603 - our own interpreter and fixed words
            [sys.executable, "-c", command, "demo", *options],
            check=True,
            capture_output=True,
            text=True,
        )
        total = time.perf_counter() - start
    report = json.loads(completed.stdout)
    steps = {step: round(seconds, 1) for step, seconds in report["seconds"].items()}
    return {"people": people, "rows": report["rows"], "steps": steps, "seconds": round(total, 1)}


def format_result(result: dict[str, Any]) -> str:
    """Format the result for people."""
    steps = "\n".join(f"  {step}: {seconds} s" for step, seconds in result["steps"].items())
    return (
        f"{result['people']:,} children, {result['rows']:,} rows: "
        f"{result['seconds']} s in all\n{steps}"
    )


if __name__ == "__main__":
    main()
