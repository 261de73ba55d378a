"""Everything that waits for someone is a task on Home with an email: which, and for whom.

`TASK_KINDS` is the list, by the words that a person reads. A new kind of task fails here until it
has a line, and a Spanish title for the email.
"""

import ast
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.utils.translation import ngettext, override

import cairn
from cairn.interfaces.web.user_tasks import _TASK_SOURCES
from cairn.platform.inbox.api import InboxTask

PACKAGE: Final = Path(cairn.__file__).parent

TASK_KINDS: Final = {
    # agreements: signatures, review by counsel, drafts returned
    "draft to review as counsel": "counsel of a party",
    "draft to send for signature": "writer of the draft",
    "agreement to sign": "signer of a party",
    "draft returned to you with requested changes": "writer of the draft",
    "data element that a draft asks you to add": "steward of the data owner",
    "answer about a data element to read": "writer of the draft",
    # clearance
    "access requirement to complete before you can see student records": "each person",
    "access requirement that %(name)s must complete": "steward of the organization",
    "person left: notify the agencies that own the records they saw, within 24 hours": (
        "data manager"
    ),
    # projects
    "project for you to review": "data owner, Tribal nation or staff",
    "your project ready for its next step": "requester",
    "project to vote on": "committee member",
    # families' requests and consents
    "record request to answer": "steward of the district",
    "request to correct a record to decide": "steward of the district",
    "hearing to schedule": "steward of the district",
    "decision to write after a hearing": "steward of the district",
    "request for a disclosure record to answer": "steward of the district",
    "consent to verify": "steward of the district",
    "student on a program roster to confirm": "steward of the district",
    "consent disagreement to decide": "steward of the district",
    "disputed opt-out to decide": "steward of the district",
    "annual notice with an open opt-out period": "steward of the district",
    "annual notice to record": "steward of the district",
    # programs' notes
    "appointment today or tomorrow": "person who holds it",
    "past appointment: was it held?": "person who holds it",
    "family to follow up with": "person who recorded the contact",
    # data submissions: due, late, returned, held
    "data submission due": "those who send for the organization",
    "late data submission": "those who send for the organization",
    "late data submission of a partner": "data manager",
    "figure is late": "those who make releases",
    "report on a data submission to read": "those who send for the organization",
    "data submission with rows set aside": "sender and data manager",
    "file to replace an earlier one or not": "sender and data manager",
    "file with columns to confirm": "sender and data manager",
    "correction to confirm": "sender and data manager",
    "requested file that is late": "sender and data manager",
    "survey with answers to import": "data manager and steward of the organization",
    "survey with figures to decide": "reviewer, steward of the organization, data manager",
    "file of a watched folder that was not accepted": "sender and data manager",
    "data submission to check again with a newer roster": "data manager",
    "data submission past its destruction date": "data manager",
    "possible match to review": "reviewer of matches",
    "data submission not matched yet": "data manager",
    # releases and extracts: send-backs with their clock, reviews, reports to partners
    "indicator to approve": "committee member",
    "release with your data to preview": "steward of the data owner",
    "release that needs your Tribal nation's decision": "steward of the nation",
    "release to review": "reviewer",
    "release of yours that needs a disclosure check": "author",
    "checked draft of yours to submit for review": "author",
    "approved release to send to the data owners": "data manager",
    "release ready to publish": "data manager",
    "draft of a release that renews itself": "data manager and author",
    "release that cannot renew itself": "data manager",
    "report to a partner due": "data manager",
    "report on your data to read": "steward of the partner",
    "release for your organization to read": "steward of the partner",
    "extract you downloaded was withdrawn: destroy your copy": "recipient",
    "extract to download": "recipient",
    "extract to review": "reviewer",
    "extract with free text to review": "reader of free text",
    "approved extract to issue": "data manager",
    "extract request to prepare": "data manager",
    # destruction, breaches and legal requests
    "overdue data destruction": "those who destroy",
    "data destruction requested by owner": "those who destroy",
    "certificate of destruction to accept": "steward of the data owner",
    "open breach to resolve": "data manager",
    "legal demand on hold for counsel": "counsel",
    "public-records request to answer": "data manager",
    # programs
    "group meets today: take attendance": "staff of the program",
    "session without attendance: take it, or cancel the session": "staff of the program",
    "registration to decide": "staff of the program",
    "change of your assignment to a program or site": "person who is assigned",
    "incident report to read and close": "steward of the organization",
    "record of a child to destroy, kept past its period": "steward of the organization",
    # figures
    "question about a figure": "data manager and committee member",
    # the system itself
    "email that was not sent": "data manager",
    "email address that bounced": "data manager",
    "scheduled job that failed": "data manager",
    "problem with the system": "data manager",
}


def _list_trees() -> Iterator[ast.Module]:
    """The modules that build tasks: all that name `InboxTask`."""
    for file in sorted(PACKAGE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if "import InboxTask" in text and file.name not in ("user_tasks.py", "messages.py"):
            yield ast.parse(text)


def _list_titles() -> Iterator[tuple[str, str]]:
    """One thing and several, as the code names them."""
    for tree in _list_trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and "InboxTask" in ast.unparse(node):
                yield from _list_plural_calls(node)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith("_TITLES"):
                yield from ((value[0], value[1]) for value in ast.literal_eval(node.value).values())


def _list_plural_calls(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "ngettext":
            one, several = node.args[:2]
            if isinstance(one, ast.Constant) and isinstance(several, ast.Constant):
                yield str(one.value), str(several.value)


TITLES: Final = dict(_list_titles())


def test_every_kind_of_task_is_in_the_table() -> None:
    assert set(TITLES) == set(TASK_KINDS)


def test_every_source_of_tasks_is_asked_for_email() -> None:
    """The worker emails what Home lists, so a source that Home does not ask is never emailed."""
    asked = {f"{source.__module__}.{source.__name__}" for source in _TASK_SOURCES}
    public = {
        f"{function.__module__}.{function.__name__}"
        for module in [
            sys.modules[name] for name in sorted(sys.modules) if name.startswith("cairn.")
        ]
        for function in vars(module).values()
        if inspect.isfunction(function) and _returns_tasks(function)
    }
    # A source may collect the tasks of another module of its app.
    inner = {
        "cairn.governance.agreements.queries.element_requests.list_element_request_tasks",
        "cairn.governance.consents.queries.annual_notices.list_annual_notice_tasks",
        "cairn.data.identity.queries.review_queue.list_review_tasks",
    }
    assert {name for name in public if not name.rpartition(".")[2].startswith("_")} - inner == (
        asked | {"cairn.interfaces.web.user_tasks.list_user_tasks"}
    )


def _returns_tasks(function: Any) -> bool:
    return function.__annotations__.get("return") == list[InboxTask]


@pytest.mark.parametrize("title", sorted(TASK_KINDS))
def test_every_kind_of_task_has_its_spanish_title(title: str) -> None:
    with override("es"):
        one, several = ngettext(title, TITLES[title], 1), ngettext(title, TITLES[title], 2)
    assert one != title
    assert several not in (one, TITLES[title])
    assert ("%(name)s" in one) == ("%(name)s" in title)
