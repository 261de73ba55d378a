"""Flows are read strictly: every mistake at once, and nothing that would open a door early."""

from pathlib import Path

import pytest
from pytest_django import Settings

from cairn.governance.projects.flow_files import (
    SHIPPED_FLOWS,
    FlowError,
    load_flow_texts,
    parse_flow,
)
from cairn.policy.checks.projects.project_workflow import find_flow_faults

CAIRN = (SHIPPED_FLOWS / "cairn.toml").read_text()


def test_the_shipped_flows_are_sound() -> None:
    flows = [parse_flow(text) for text in load_flow_texts().values()]
    assert {flow.name for flow in flows} == {"cairn", "request_to_license", "small_partnership"}
    assert all(find_flow_faults(flow) == () for flow in flows)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('name = "cairn"', "name = ", "not TOML"),
        ('title = "Standard', 'subtitle = "Standard', "'subtitle' is not a field"),
        ("criteria = [", "criteria = [1, ", "criteria must be a list"),
        ("days = 15", 'days = "many"', "step 2: days must be"),
        ('state = "idea"', 'state = "dream"', "step 1: 'dream' is none of"),
        ('silence = "lapses"', 'silence = "consents"', "'consents' is none of"),
        (
            'deciders = ["providers", "nations"]',
            'deciders = ["providers"]',
            "by: Tribal nations",
        ),
        ('needs = ["reflection"]', "needs = []", "require the reflection"),
    ],
)
def test_each_mistake_is_told(before: str, after: str, told: str) -> None:
    assert before in CAIRN
    with pytest.raises(FlowError) as bad:
        parse_flow(CAIRN.replace(before, after, 1))
    assert any(told in mistake for mistake in bad.value.mistakes), bad.value.mistakes


def test_steps_are_tables() -> None:
    with pytest.raises(FlowError, match="list of tables"):
        parse_flow('name = "x"\nstep = 3')


def test_a_partnership_keeps_flows_of_its_own(settings: Settings) -> None:
    folder = Path(settings.CAIRN_DATA, "flows")
    folder.mkdir()
    own = CAIRN.replace('name = "cairn"', 'name = "river"')
    (folder / "river.toml").write_text(own)
    assert load_flow_texts()["river"] == own
    (folder / "river.toml").write_text("name = 3")
    with pytest.raises(FlowError, match=r"river\.toml"):
        load_flow_texts()
