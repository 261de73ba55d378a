"""Every recorded event has a sentence for readers, and every sentence has an event."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import cairn
from cairn.demo.setup import DEMO_MADE_EVENT
from cairn.governance.disclosure_log.models import DISCLOSURE_KINDS
from cairn.governance.projects.models.project import EquityStep
from cairn.platform.audit.event_labels import EVENT_SENTENCES, describe_event, find_events_by_word

PACKAGE: Final = Path(cairn.__file__).parent
CONDITIONAL: Final = {
    "demo/setup.py": {DEMO_MADE_EVENT},
    "governance/disclosure_log/actions.py": {f"disclosure.{kind}" for kind, _ in DISCLOSURE_KINDS},
    "data/intake/actions/proposed_files.py": {"delivery.proposed", "delivery.correction_sent"},
    "data/intake/actions/receipt.py": {"delivery.unusable", "delivery.refused"},
    "governance/projects/actions/reviews.py": {f"project.{kind}" for kind, _ in EquityStep.KINDS},
}
"""Where the name of the event is no string: the events that it can be there."""

RECORDING_CALLS: Final = {"record_audit_event", "action", "system_action"}
"""The functions that take the name of an event first."""
# They pass on the event that an action declares.
PASSING_ON: Final = {"platform/actions/declaration.py"}


def _parse_files() -> Iterator[tuple[Path, ast.Module]]:
    """Yield each file of the package that has one of these names in it, with its syntax."""
    name = re.compile(rf"\b(?:{'|'.join(RECORDING_CALLS)})\b")
    for file in sorted(PACKAGE.rglob("*.py")):
        if name.search(text := file.read_text(encoding="utf-8")):
            yield file, ast.parse(text)


@cache
def _find_recorded_events() -> tuple[tuple[str, ast.expr], ...]:
    """Find the name of every recorded event, with its file."""
    return tuple(
        (name, node.args[0])
        for file, syntax in _parse_files()
        if (name := str(file.relative_to(PACKAGE))) not in PASSING_ON
        for node in ast.walk(syntax)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in RECORDING_CALLS
    )


def test_every_event_has_a_sentence_and_every_sentence_an_event() -> None:
    literal = {
        event.value for _, event in _find_recorded_events() if isinstance(event, ast.Constant)
    }
    assert literal | set[str]().union(*CONDITIONAL.values()) == set(EVENT_SENTENCES)


def test_a_conditional_event_is_listed_with_its_file() -> None:
    files = {file for file, event in _find_recorded_events() if not isinstance(event, ast.Constant)}
    assert files == set(CONDITIONAL)


def test_the_conditional_events_are_in_their_file() -> None:
    for name in ("proposed_files", "receipt"):
        file = f"data/intake/actions/{name}.py"
        text = (PACKAGE / file).read_text(encoding="utf-8")
        assert all(f'"{event}"' in text for event in CONDITIONAL[file])


def test_the_audit_log_is_written_by_one_name() -> None:
    """The two tests above find no event that another name records."""
    for file, syntax in _parse_files():
        for node in ast.walk(syntax):
            if isinstance(node, ast.ImportFrom):
                renamed = [n.name for n in node.names if n.asname and n.name in RECORDING_CALLS]
                assert not renamed, file
            if isinstance(node, ast.Attribute) and file.parent.name != "audit":
                assert node.attr != "record_audit_event", file


def test_each_sentence_is_a_sentence_of_its_own() -> None:
    assert len(set(EVENT_SENTENCES.values())) == len(EVENT_SENTENCES)
    for sentence in EVENT_SENTENCES.values():
        assert sentence[0].isupper()
        assert not sentence.endswith(".")


def test_an_event_of_another_version_keeps_its_name() -> None:
    assert describe_event("meeting.voted") == "A member voted"
    assert describe_event("thing.done") == "thing.done"
    assert find_events_by_word("A member VOTED") == ["meeting.voted"]
