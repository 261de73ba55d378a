"""Public face of cairn.outputs.dashboards: what other packages may import."""

from cairn.outputs.dashboards.actions import set_target
from cairn.outputs.dashboards.facts import TargetTerms, build_target_fact
from cairn.outputs.dashboards.queries import load_published_outcome
from cairn.outputs.dashboards.target_progress import list_following_years

__all__ = [
    "TargetTerms",
    "build_target_fact",
    "list_following_years",
    "load_published_outcome",
    "set_target",
]
