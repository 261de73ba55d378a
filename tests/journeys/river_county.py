"""River County as its visitors meet it: the demo, made and served by the program itself."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.migrated_databases import copy_migrated_databases

_CAIRN: Final = (sys.executable, "-c", "from cairn.interfaces.cli.main import app; app()")
_CHILDREN: Final = "300"
"""Few, so that it is made soon; every page is there all the same."""


@dataclass(frozen=True, slots=True)
class County:
    """Where the site is, and the code of one family's letter."""

    address: str
    letter: str


@contextmanager
def served(folder: Path) -> Iterator[County]:
    """The demo in `folder`, served on a free port of this machine until the end."""
    copy_migrated_databases(folder)
    surroundings = {key: value for key, value in os.environ.items() if key != "CAIRN_DATA"}
    made = subprocess.run(
        [*_CAIRN, "demo", "--people", _CHILDREN, "--no-serve", "--json", "--data", str(folder)],
        env=surroundings,
        stdout=subprocess.PIPE,
        check=True,
    )
    port = _free_port()
    command = [*_CAIRN, "serve", "--no-worker", "--port", str(port), "--data", str(folder)]
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout
            server.stdout.readline()
            yield County(f"http://127.0.0.1:{port}", json.loads(made.stdout)["letter"])
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port
