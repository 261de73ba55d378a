"""Read the tasks that consents create, and count students with their own rights."""

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.consents import facts
from cairn.governance.consents.queries import consents
from cairn.governance.consents.queries.annual_notices import list_annual_notice_tasks
from cairn.governance.consents.queries.children import list_roster_entries_to_confirm
from cairn.governance.consents.queries.opt_outs import list_opt_out_disputes
from cairn.platform.inbox.api import InboxTask
from cairn.policy.checks import have_rights_passed_to_student
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, ConsentState, SignerRelation

__all__ = ["list_consent_tasks"]

_OPEN_STATES = (ConsentState.GRANTED.value, ConsentState.VERIFIED.value)


def list_consent_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List a user's tasks: what to verify, what to decide, and annual notices to record.

    Args:
        who: facts about the user.
        on: the day for which access is computed.
    Returns:
        One task for each kind that has something waiting.
    """
    tasks = []
    if may_open_page(Action.VERIFY_CONSENT, who, on=on).allowed:
        rows = consents.list_consents_to_verify(who, on)
        if oldest := rows.first():
            recorded_day = date_format(timezone.localdate(oldest.recorded_at), "DATE_FORMAT")
            hint = _("Oldest: %(day)s") % {"day": recorded_day}
            url = reverse("consents:queue")
            count = rows.count()
            title = ngettext("consent to verify", "consents to verify", count)
            keys = ("consents_to_verify",)
            tasks.append(InboxTask(count, title, url, hint, minutes=2, keys=keys))
        if claimed := list_roster_entries_to_confirm(who, on).count():
            title = ngettext(
                "student on a program roster to confirm",
                "students on program rosters to confirm",
                claimed,
            )
            url, keys = reverse("consents:claims"), ("roster_entries_to_confirm",)
            tasks.append(InboxTask(claimed, title, url, minutes=1, keys=keys))
    if may_open_page(Action.ANSWER_FAMILY, who, on=on).allowed and (
        conflicts := consents.count_consent_disagreements(who, on)
    ):
        title = ngettext(
            "consent disagreement to decide",
            "consent disagreements to decide",
            conflicts,
        )
        url, keys = reverse("consents:conflicts"), ("consent_disagreements",)
        tasks.append(InboxTask(conflicts, title, url, minutes=10, keys=keys))
    if may_open_page(Action.ANSWER_FAMILY, who, on=on).allowed and (
        disputed := list_opt_out_disputes(who, on)
    ):
        title = ngettext(
            "disputed opt-out to decide",
            "disputed opt-outs to decide",
            len(disputed),
        )
        url, keys = reverse("consents:conflicts"), ("opt_out_disputes",)
        tasks.append(InboxTask(len(disputed), title, url, minutes=10, keys=keys))
    return [*tasks, *list_annual_notice_tasks(who, on)]


def count_students_with_own_rights(who: Actor, on: date) -> int:
    """Count the user's own children who have a parent's consent but now hold their own rights.

    A program that collected the consent gets 0: it could infer why a child left its list.
    """
    if not may_open_page(Action.ANSWER_FAMILY, who, on=on).allowed:
        return 0
    districts = consents.list_permitted_organizations(Action.ANSWER_FAMILY, who, on)
    parent_consents = (
        consents.list_consents(who, on)
        .filter(child__organization__in=districts, state__in=_OPEN_STATES)
        .exclude(relation=SignerRelation.STUDENT.value)
    )
    people = facts.load_person_facts(parent_consents.values_list("child__key", flat=True), on)
    return sum(1 for person in people if have_rights_passed_to_student(person, on))
