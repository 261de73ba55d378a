"""Seconds of the whole demo: from an empty data folder to published pages, step by step.

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
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=20_000)
    options.add_argument("--json", action="store_true", help="for machines")
    chosen = options.parse_args()
    result = measure(chosen.people)
    print(json.dumps(result) if chosen.json else spoken(result))


def measure(people: int) -> dict[str, Any]:
    """The demo in a fresh folder; seconds by step, and of the command with its start."""
    command = "from cairn.interfaces.cli.main import app; app()"
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as name:
        options = ["--no-serve", "--json", "--people", str(people), "--data", str(Path(name, "d"))]
        began = time.perf_counter()
        done = subprocess.run(  # noqa: S603 - our own interpreter and fixed words
            [sys.executable, "-c", command, "demo", *options],
            check=True,
            capture_output=True,
            text=True,
        )
        whole = time.perf_counter() - began
    said = json.loads(done.stdout)
    steps = {step: round(seconds, 1) for step, seconds in said["seconds"].items()}
    return {"people": people, "rows": said["rows"], "steps": steps, "seconds": round(whole, 1)}


def spoken(result: dict[str, Any]) -> str:
    """The result for a person."""
    steps = "\n".join(f"  {step}: {seconds} s" for step, seconds in result["steps"].items())
    return (
        f"{result['people']:,} children, {result['rows']:,} rows: "
        f"{result['seconds']} s in all\n{steps}"
    )


if __name__ == "__main__":
    main()
