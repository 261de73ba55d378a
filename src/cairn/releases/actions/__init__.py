"""What people do with a release. Each asks the rules, changes rows and leaves an audit line."""

from cairn.releases.actions.checks import check
from cairn.releases.actions.drafting import correct, draft, redraft, reword
from cairn.releases.actions.merging import count_as_one, show_apart
from cairn.releases.actions.owners import (
    answer,
    name_figure,
    report,
    say_as_nation,
    send_back,
    take_back_figure,
)
from cairn.releases.actions.publishing import publish, withdraw
from cairn.releases.actions.reviewing import review, submit

__all__ = [
    "answer",
    "check",
    "correct",
    "count_as_one",
    "draft",
    "name_figure",
    "publish",
    "redraft",
    "report",
    "review",
    "reword",
    "say_as_nation",
    "send_back",
    "show_apart",
    "submit",
    "take_back_figure",
    "withdraw",
]
