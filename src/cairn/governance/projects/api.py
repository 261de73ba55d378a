"""Public face of cairn.governance.projects: what other packages may import."""

from cairn.governance.projects.action_inputs import (
    AuthorizationTerm,
    BodyRules,
    ProjectDescription,
    ProjectParties,
    ReviewAnswer,
    SeatTerm,
)
from cairn.governance.projects.actions.authorizations import authorize_project
from cairn.governance.projects.actions.bodies import (
    add_agenda_item,
    assign_seat,
    call_meeting,
    cast_vote,
    close_vote,
    save_body,
    write_minutes,
)
from cairn.governance.projects.actions.pilots import record_lesson, resolve_lesson
from cairn.governance.projects.actions.proposals import (
    add_question,
    answer_challenges,
    propose_project,
    request_elements,
    update_project_description,
    update_project_parties,
)
from cairn.governance.projects.actions.reviews import (
    finish_requester_step,
    record_equity_step,
    record_step_answer,
    score_proposal,
)
from cairn.governance.projects.facts import (
    find_challenges,
    find_current_version,
    load_project_fact,
    load_project_facts,
)
from cairn.governance.projects.flow_files import parse_flow
from cairn.governance.projects.labels import DECIDERS, LEVELS, PURPOSES, STATES
from cairn.governance.projects.models.body import AgendaItem, Body, Meeting
from cairn.governance.projects.models.project import Project, Version
from cairn.governance.projects.queries.inbox import list_project_deadlines, list_project_tasks

__all__ = [
    "DECIDERS",
    "LEVELS",
    "PURPOSES",
    "STATES",
    "AgendaItem",
    "AuthorizationTerm",
    "Body",
    "BodyRules",
    "Meeting",
    "Project",
    "ProjectDescription",
    "ProjectParties",
    "ReviewAnswer",
    "SeatTerm",
    "Version",
    "add_agenda_item",
    "add_question",
    "answer_challenges",
    "assign_seat",
    "authorize_project",
    "call_meeting",
    "cast_vote",
    "close_vote",
    "find_challenges",
    "find_current_version",
    "finish_requester_step",
    "list_project_deadlines",
    "list_project_tasks",
    "load_project_fact",
    "load_project_facts",
    "parse_flow",
    "propose_project",
    "record_equity_step",
    "record_lesson",
    "record_step_answer",
    "request_elements",
    "resolve_lesson",
    "save_body",
    "score_proposal",
    "update_project_description",
    "update_project_parties",
    "write_minutes",
]
