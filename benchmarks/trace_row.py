"""Count the files that a reader opens to follow one row: conformed, checked and published.

Each step runs once on invented data while Python reports every function that it enters. A file
counts when one of its functions runs. `api.py`, `__init__.py`, decorators and other packages are
left out, since a reader passes through them without stopping, and `config`, whose database router
Django calls at every query. A jump back up is a call from a file to a file of a higher layer, or a
callback: a call into a file that is still waiting for this one.

    python benchmarks/trace_row.py
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from inspect import CO_GENERATOR, CO_OPTIMIZED
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final, TypeVar
from unittest.mock import patch

import cairn
from cairn.interfaces.cli.installation import prepare_installation
from cairn.policy.engine import Permit, Reason, conclude_decision
from cairn.policy.law import RuleCard
from cairn.policy.vocabulary import Action, Outcome
from cairn.warehouse.pipeline import conform_landed_file, land_sheets
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import ColumnMapping, get_record_type
from cairn.warehouse.store import FileStore, KeyRing

T = TypeVar("T")

ROOT: Final = Path(cairn.__file__).parent
MOST_FILES: Final = {"conform": 14, "check": 24, "publish": 56}
"""Never raise one; ADR 19 says why they are not 10."""
MOST_JUMPS: Final = 2
GROUPS: Final = (
    "config",
    "interfaces",
    "demo",
    "services",
    "outputs",
    "data",
    "governance",
    "platform",
    "matching",
    "warehouse",
    "sdc",
    "policy",
)
"""From the highest layer to the lowest."""
APP_LAYERS: Final = ("urls", "views", "tasks", "forms", "actions", "queries", "facts", "models")
PASSED_FUNCTIONS: Final = frozenset({"wrapper", "asked"})
PASSED_FILES: Final = (
    "/api.py",
    "/__init__.py",
    # The decorators of policy questions and of actions.
    "policy/engine/replay.py",
    "platform/actions/declaration.py",
)
PASSED_CLASSES: Final = ("BoundCheck.", "BoundElementCheck.")
"""What the decorator of a check returns, in `policy/engine/stages.py`."""
ROSTER: Final = b"ID,First,Last,DOB\n1,Ada,Ames,03/01/2015\n"
COLUMNS: Final = {
    "ID": "local_id",
    "First": "given_name",
    "Last": "family_name",
    "DOB": "birth_date",
}
MAPPING: Final = ColumnMapping(record="student", columns=COLUMNS)


class DemoStoppedError(Exception):
    """The demo is stopped, since everything was traced."""


@dataclass(slots=True)
class Trace:
    """The files that one step enters, in order, and its jumps back up.

    Attributes:
        files: paths below `src/cairn`, in order of first entry.
        jumps: how often each (caller, called, kind) happens; the kind is "layer" or "callback".
    """

    files: list[str] = field(default_factory=list)
    jumps: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _stack: list[str] = field(default_factory=list)
    _importing: int = 0

    def record_call(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call a function and record what it enters."""
        sys.setprofile(self._handle_event)
        try:
            return function(*args, **kwargs)
        finally:
            sys.setprofile(None)

    def _handle_event(self, frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call":
            self._importing += code.co_name == "<module>"
            name = "" if self._importing else name_counted_file(code)
            if name:
                self._enter_file(name, code)
            self._stack.append(name)
        elif event == "return" and self._stack:
            self._stack.pop()
            self._importing -= code.co_name == "<module>"

    def _enter_file(self, name: str, code: CodeType) -> None:
        if name not in self.files:
            self.files.append(name)
        waiting = [below for below in self._stack if below]
        # A generator runs wherever it is read, and reads on where its own text says.
        if not waiting or waiting[-1] == name or code.co_flags & CO_GENERATOR:
            return
        if name in waiting:
            self.jumps[waiting[-1], name, "callback"] += 1
        elif is_higher_layer(name, waiting[-1]):
            self.jumps[waiting[-1], name, "layer"] += 1


def name_counted_file(code: CodeType) -> str:
    """Return the path of a function's file below `src/cairn`, or nothing if it does not count."""
    path = Path(code.co_filename)
    is_function = bool(code.co_flags & CO_OPTIMIZED)
    is_decorator = code.co_name in PASSED_FUNCTIONS or code.co_qualname.startswith(PASSED_CLASSES)
    if not is_function or is_decorator or not path.is_relative_to(ROOT):
        return ""
    name = path.relative_to(ROOT).as_posix()
    is_passed = name.endswith(PASSED_FILES) or name.startswith("config/")
    return "" if is_passed else name


def is_higher_layer(name: str, than: str) -> bool:
    """Whether a file belongs to a higher group, or to a higher layer of the same app."""
    parts, other_parts = Path(name).parts, Path(than).parts
    if parts[0] != other_parts[0]:
        return GROUPS.index(parts[0]) < GROUPS.index(other_parts[0])
    is_same_app = parts[1] == other_parts[1]
    return is_same_app and 0 <= find_app_layer(name) < find_app_layer(than)


def find_app_layer(name: str) -> int:
    """Return the position of a file's layer in its app from the top, or -1 if it has none."""
    parts = Path(name).with_suffix("").parts[2:]
    layers = [APP_LAYERS.index(part) for part in parts if part in APP_LAYERS]
    return layers[0] if layers else -1


def trace_conform(folder: Path) -> Trace:
    """Trace how one landed file with one row is conformed."""
    store, trace = FileStore(folder, KeyRing(os.urandom(32))), Trace()
    landed = land_sheets(
        store, read_file("roster.csv", ROSTER), MAPPING, permit=issue_permit(Action.RECEIVE)
    )
    allowed = issue_permit(Action.CONFORM)
    done = trace.record_call(conform_landed_file, store, landed.ref, MAPPING, permit=allowed)
    if done.report.rows_kept != 1:
        raise SystemExit("The row was not kept.")
    return trace


def issue_permit(action: Action) -> Permit:
    """Return a permit for one step with the elements of the roster."""
    card = RuleCard("BENCHMARK", "a benchmark", "It may.", "It may.", "Nothing.")
    fields = get_record_type("student").fields.values()
    elements = {f.element: Outcome.ALLOW for f in fields}
    reasons = [Reason(card, Outcome.ALLOW)]
    return conclude_decision(
        action, "benchmark", date(2026, 1, 15), reasons, facts=[action], elements=elements
    ).require()


def trace_demo(folder: Path) -> dict[str, Trace]:
    """Build the demo community until it publishes; trace its first check and first publication."""
    os.environ["CAIRN_DATA"] = str(folder)
    prepare_installation()
    from cairn.data.intake.actions import conformance
    from cairn.demo import outputs
    from cairn.demo.setup import build_demo
    from cairn.outputs.releases.api import publish_release
    from cairn.policy.questions import may_conform_delivery

    traces = {"check": Trace(), "publish": Trace()}

    def trace_check(*args: Any, **kwargs: Any) -> Any:
        if traces["check"].files:
            return may_conform_delivery(*args, **kwargs)
        return traces["check"].record_call(may_conform_delivery, *args, **kwargs)

    def trace_publication(**kwargs: Any) -> None:
        traces["publish"].record_call(publish_release, **kwargs)
        raise DemoStoppedError

    with (
        patch.object(conformance.questions, "may_conform_delivery", trace_check),
        patch.object(outputs.releases_api, "publish_release", trace_publication),
    ):
        try:
            build_demo(people=100, files=folder / "files", progress=NoProgress())
        except DemoStoppedError:
            return traces
    raise SystemExit("The demo published nothing.")


class NoProgress:
    """Progress that is shown to no one."""

    def step(self, name: str, total: int = 0) -> None:
        """Ignore a new step."""

    def advance(self, units: int = 1) -> None:
        """Ignore units that are done."""


def print_trace(step: str, trace: Trace) -> None:
    """Print the files of one step in order of first entry, and its jumps."""
    print(
        f"{step}: {len(trace.files)} files (at most {MOST_FILES[step]}), "
        f"{len(trace.jumps)} jumps back up (at most {MOST_JUMPS})"
    )
    for number, name in enumerate(trace.files, 1):
        print(f"  {number:3} {name}")
    for (caller, called, kind), times in trace.jumps.items():
        print(f"   up {caller} -> {called} ({kind}, {times} calls)")


def main() -> None:
    """Print the files and jumps of each step; exit 1 above a limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="for machines")
    as_json = parser.parse_args().json
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as name:
        folder = Path(name)
        traces = {"conform": trace_conform(folder / "row")} | trace_demo(folder / "demo")
    if as_json:
        counts = {s: {"files": len(t.files), "jumps": len(t.jumps)} for s, t in traces.items()}
        print(json.dumps(counts))
        return
    for step, trace in traces.items():
        print_trace(step, trace)
    if any(len(t.files) > MOST_FILES[s] or len(t.jumps) > MOST_JUMPS for s, t in traces.items()):
        sys.exit(1)


if __name__ == "__main__":
    main()
