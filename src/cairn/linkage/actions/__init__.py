"""What people do in linkage. Each asks the rules, changes rows and leaves an audit line."""

from cairn.linkage.actions.linking import forget_everyone, link
from cairn.linkage.actions.measuring import draw_sample, measure, shadow
from cairn.linkage.actions.piloting import link_pilots
from cairn.linkage.actions.registering import Child, NoName, NotNow, find_or_add
from cairn.linkage.actions.relating import (
    AlreadySaid,
    deny_guardian,
    follow_relatives,
    name_guardian,
    relate,
    undo_relationship,
)
from cairn.linkage.actions.reviewing import (
    Contradicts,
    NotOpen,
    answer,
    decide,
    look_at_person,
    look_at_question,
    take_back,
    undo,
)
from cairn.linkage.making import NothingToLink

__all__ = [
    "AlreadySaid",
    "Child",
    "Contradicts",
    "NoName",
    "NotNow",
    "NotOpen",
    "NothingToLink",
    "answer",
    "decide",
    "deny_guardian",
    "draw_sample",
    "find_or_add",
    "follow_relatives",
    "forget_everyone",
    "link",
    "link_pilots",
    "look_at_person",
    "look_at_question",
    "measure",
    "name_guardian",
    "relate",
    "shadow",
    "take_back",
    "undo",
    "undo_relationship",
]
