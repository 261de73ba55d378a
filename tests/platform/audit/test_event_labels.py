"""Every event that any code records has words, and no words are left of an event that is gone."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cairn
from cairn.demo.setup import DEMO_MADE_EVENT
from cairn.governance.disclosure_log.models import DISCLOSURE_KINDS
from cairn.governance.projects.models.project import EquityStep
from cairn.governance.retention.actions import _ANSWER_EVENTS
from cairn.platform.audit.event_labels import EVENT_SENTENCES, describe_event, find_events_by_word

HOUSE: Final = Path(cairn.__file__).parent
COMPUTED: Final = {
    "demo/setup.py": {DEMO_MADE_EVENT},
    "governance/disclosure_log/actions.py": {
        f"disclosure.{kind}" for kind, _label in DISCLOSURE_KINDS
    },
    "data/intake/actions/receipt.py": {"delivery.unusable", "delivery.refused"},
    "governance/agreements/actions/counsel_review.py": {
        "draft.cleared",
        "draft.review_attested",
        "draft.returned",
    },
    "governance/projects/actions/reviews.py": {
        f"project.{kind}" for kind, _label in EquityStep.KINDS
    },
    "governance/retention/actions.py": set(_ANSWER_EVENTS.values()),
}
"""Where the first argument is no string: the events that it can be there."""


def _recorded() -> Iterator[tuple[str, ast.expr]]:
    """The first argument of every `record_audit_event`, with its file."""
    for file in sorted(HOUSE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "record_audit_event":
                yield str(file.relative_to(HOUSE)), node.args[0]


RECORDED: Final = tuple(_recorded())
PLAIN: Final = {one.value for _file, one in RECORDED if isinstance(one, ast.Constant)}


def test_every_event_has_words_and_no_words_are_left_over() -> None:
    assert PLAIN | set[str]().union(*COMPUTED.values()) == set(EVENT_SENTENCES)


def test_a_computed_event_is_named_here_with_its_file() -> None:
    computed = {file for file, one in RECORDED if not isinstance(one, ast.Constant)}
    assert computed == set(COMPUTED)


def test_the_computed_names_stand_in_their_files() -> None:
    for file in (
        "data/intake/actions/receipt.py",
        "governance/agreements/actions/counsel_review.py",
    ):
        text = (HOUSE / file).read_text(encoding="utf-8")
        assert all(f'"{event}"' in text for event in COMPUTED[file])


def test_the_trail_is_never_called_anything_else() -> None:
    for file in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                names = {alias.asname or alias.name for alias in node.names}
                assert ("record_audit_event" in names) is any(
                    alias.name == "record_audit_event" for alias in node.names
                ), file


def test_each_sentence_is_a_sentence_of_its_own() -> None:
    assert len(set(EVENT_SENTENCES.values())) == len(EVENT_SENTENCES)
    for said in EVENT_SENTENCES.values():
        assert said[0].isupper()
        assert not said.endswith(".")


def test_an_event_of_another_version_keeps_its_name() -> None:
    assert describe_event("meeting.voted") == "A member voted"
    assert describe_event("thing.done") == "thing.done"
    assert find_events_by_word("VOTED") == ["meeting.voted"]
