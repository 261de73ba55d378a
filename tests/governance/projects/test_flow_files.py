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
from cairn.policy.checks.projects.project_workflow import find_flow_faults, find_flow_findings

CAIRN = (SHIPPED_FLOWS / "cairn.toml").read_text()


def test_the_shipped_flows_are_sound() -> None:
    flows = [parse_flow(text) for text in load_flow_texts().values()]
    assert {flow.name for flow in flows} == {"cairn", "request_to_license", "small_partnership"}
    assert all(find_flow_faults(flow) == find_flow_findings(flow) == () for flow in flows)


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
        ('needs = ["license"]', "needs = []", "requires: license"),
    ],
)
def test_each_mistake_is_told(before: str, after: str, told: str) -> None:
    assert before in CAIRN
    with pytest.raises(FlowError) as bad:
        parse_flow(CAIRN.replace(before, after, 1))
    assert any(told in mistake for mistake in bad.value.mistakes), bad.value.mistakes


PUBLISHED = """
name = "published"
title = "A review as a partnership published it"
authorization = "license"

[[step]]
name = "inquiry"
title = "Inquiry and request form"
deciders = ["requester"]
state = "idea"
needs = ["questions", "elements", "level", "nations"]

[[step]]
name = "received"
title = "Request received"
deciders = ["staff"]
state = "submitted"

[[step]]
name = "first_vote"
title = "Governing board: preliminary approval"
deciders = ["executive"]
state = "committee"

[[step]]
name = "agencies"
title = "Participating agencies and nations"
deciders = ["providers", "nations"]
state = "committee"

[[step]]
name = "final_vote"
title = "Governing board: final approval"
deciders = ["executive"]
state = "committee"

[[step]]
name = "license"
title = "Data sharing agreement"
deciders = ["staff"]
state = "approved"
needs = ["license"]

[[step]]
name = "use"
title = "Data use"
deciders = ["requester"]
state = "active"

[[step]]
name = "closing"
title = "Report and data destruction"
deciders = ["requester"]
state = "closing"
"""
"""One body votes twice, no staff review, no community engagement, no reflection."""


def test_a_published_review_loads_as_it_is() -> None:
    flow = parse_flow(PUBLISHED)
    findings = find_flow_findings(flow)
    for missing in ("staff review", "engagement", "harm statement", "reflection"):
        assert any(missing in finding for finding in findings), (missing, findings)
    assert not any("committee vote" in finding for finding in findings)
    # The owners' approval stays.
    with pytest.raises(FlowError, match="data owners"):
        parse_flow(PUBLISHED.replace('"providers", "nations"', '"nations"'))


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
