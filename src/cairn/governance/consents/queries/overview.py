"""Load what a page shows beside the list of consents: forms, signed batches and programs."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.governance.consents.models.consent import Sitting
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.consents.queries import consents
from cairn.governance.consents.queries.children import list_programs_with_rosters
from cairn.governance.consents.queries.inbox import count_students_with_own_rights
from cairn.governance.partners.api import Organization
from cairn.platform.actions.api import keep_while_rows_unchanged
from cairn.policy.facts import Actor

_SITTINGS_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class ConsentOverview:
    """What a user sees beside the consents; it names no child.

    Attributes:
        forms: consent forms with their numbers of consents.
        sittings: the newest batches of signed forms.
        programs: the user's programs that have a roster or are named in a form.
        of_age: how many children with a parent's consent now hold the rights themselves.
    """

    forms: tuple[ConsentForm, ...]
    sittings: tuple[Sitting, ...]
    programs: tuple[Organization, ...]
    of_age: int


@keep_while_rows_unchanged(count_children=lambda _who, _on: 1)
def load_consent_overview(who: Actor, on: date) -> ConsentOverview:
    """Load what a user sees beside the consents. Raises `Refused`."""
    return ConsentOverview(
        tuple(consents.list_consent_forms(who, on)),
        tuple(consents.list_paper_sittings(who, on)[:_SITTINGS_SHOWN]),
        tuple(list_programs_with_rosters(who, on)),
        count_students_with_own_rights(who, on),
    )
