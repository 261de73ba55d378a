"""Find which program's record a family can ask for on its page, and read a released copy."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Final

from cairn.governance.consents import api as consents_api
from cairn.governance.partners.api import Organization
from cairn.platform.sealing.api import FieldSealer, derive_subkey
from cairn.policy import facts
from cairn.policy.checks import ATTENDANCE_ELEMENT
from cairn.policy.engine import Decision
from cairn.policy.questions import may_download_participant_copy, may_request_participant_copy
from cairn.policy.vocabulary import NoteAudience
from cairn.services.families.models import CopyRequest
from cairn.services.families.program_copies import queries
from cairn.services.families.program_timeline.queries import find_family_programs
from cairn.services.families.record_copies import queries as copy_queries
from cairn.services.notes import api as notes_api
from cairn.services.programs import api as programs_api

_SEALING_LABEL: Final = "families-program-copy"


@dataclass(frozen=True, slots=True)
class ProgramCopyOffer:
    """An organization that a family can ask on its page for the program's own record.

    Attributes:
        organization: the organization.
        rows: requests of the family that were not withdrawn, the newest first.
    """

    organization: Organization
    rows: tuple[CopyRequest, ...]

    @property
    def is_asked(self) -> bool:
        """Whether a request waits for an answer."""
        return any(row.is_open for row in self.rows)


@dataclass(frozen=True, slots=True)
class _OrganizationRecord:
    """The programs of one organization with a record of a child, and the record."""

    organization: Organization
    participants: tuple[int, ...]
    programs: tuple[facts.FamilyProgramFact, ...]


def list_program_copy_offers(
    child: consents_api.Child, who: facts.Actor, on: date
) -> list[ProgramCopyOffer]:
    """List the organizations that a family can ask for its child's copy, with its requests.

    An organization with a program that the family does not see leaves no trace.

    Args:
        child: the child.
        who: the family session.
        on: the date.

    Returns:
        The organizations by name.
    """
    person = consents_api.load_person_fact(child, on)
    rows: defaultdict[int, list[CopyRequest]] = defaultdict(list)
    own = child.copy_requests.filter(withdrawn_at=None).exclude(participant=None)
    for row in own.select_related("participant").order_by("-asked_at"):
        rows[get_requested_record(row).organization_id].append(row)
    return [
        ProgramCopyOffer(record.organization, tuple(rows[record.organization.pk]))
        for record in _find_records(child, on).values()
        if may_request_participant_copy(record.programs, person, who, on).allowed
    ]


def _find_records(child: consents_api.Child, on: date) -> Mapping[str, _OrganizationRecord]:
    found: dict[str, _OrganizationRecord] = {}
    for item, fact in find_family_programs(child, on):
        organization = item.program.organization
        known = found.get(organization.slug)
        programs = (*known.programs, fact) if known else (fact,)
        found[organization.slug] = _OrganizationRecord(organization, item.participants, programs)
    return dict(sorted(found.items(), key=lambda entry: entry[1].organization.name))


def load_request_question(
    child: consents_api.Child, organization: str, on: date
) -> tuple[tuple[facts.FamilyProgramFact, ...], facts.PersonFact]:
    """Load the facts of the question whether a family can ask an organization on its page."""
    record = _find_records(child, on).get(organization)
    return record.programs if record else (), consents_api.load_person_fact(child, on)


def find_requested_record(
    child: consents_api.Child, organization: str, on: date
) -> programs_api.Participant:
    """Find the one record of a child that an organization keeps; policy allowed the request."""
    (number,) = _find_records(child, on)[organization].participants
    return programs_api.Participant.objects.select_related("organization").get(pk=number)


def find_open_request(
    child: consents_api.Child, participant: programs_api.Participant, name: str
) -> CopyRequest | None:
    """Find a request for the same record by the same person that waits for an answer."""
    signer = consents_api.compute_signer_key(child.key, name)
    waiting = child.copy_requests.filter(
        participant=participant, answered_at=None, withdrawn_at=None
    )
    for row in waiting:
        asked_by = consents_api.unseal_fields(child.key, row.sealed)["name"]
        if consents_api.compute_signer_key(child.key, asked_by) == signer:
            return row
    return None


def load_release_question(
    row: CopyRequest, choices: copy_queries.CopyChoices, on: date
) -> tuple[facts.ParticipantCopyFact]:
    """Load the facts of the question about a copy that answers a request."""
    participant = get_requested_record(row)
    return queries.load_program_copy_question(participant, choices, on)


def get_requested_record(row: CopyRequest) -> programs_api.Participant:
    """Return the program's own record that a request asks for."""
    if row.participant is None:
        raise programs_api.Participant.DoesNotExist
    return row.participant


def load_program_download_question(
    row: CopyRequest, reader: facts.FamilyReader, on: date
) -> tuple[
    facts.ParticipantCopyFact,
    frozenset[str],
    tuple[facts.FamilyProgramFact, ...],
    facts.PersonFact,
    facts.CopyAccessFact,
    facts.FamilyReader,
]:
    """Load the facts of the question whether a family may download a program's copy on a day."""
    (fact,) = load_release_question(row, copy_queries.load_released_choices(row), on)
    content = load_program_copy(row)
    programs, person = load_request_question(row.child, row.holder.slug, on)
    return (
        fact,
        list_copied_elements(content) if content else frozenset(),
        programs,
        person,
        copy_queries.build_access_fact(row, on),
        reader,
    )


def decide_program_download(
    row: CopyRequest, reader: facts.FamilyReader, who: facts.Actor, on: date
) -> Decision:
    """Decide whether a family may download a program's copy now."""
    return may_download_participant_copy(*load_program_download_question(row, reader, on), who, on)


def can_see_request(row: CopyRequest, who: facts.Actor, on: date) -> bool:
    """Tell whether a family still sees every program of the record that a request asks for."""
    programs, person = load_request_question(row.child, row.holder.slug, on)
    return may_request_participant_copy(programs, person, who, on).allowed


def list_copied_elements(content: queries.ProgramCopyContent) -> frozenset[str]:
    """List the elements in a copy: notes, contacts and the attendance."""
    times = () if content.times is None else (ATTENDANCE_ELEMENT,)
    return frozenset({*times, *(item.element for item, _text in content.items)})


def seal_program_copy(request: int, content: queries.ProgramCopyContent) -> bytes:
    """Encrypt the content of a copy, bound to its request."""
    plain = {
        "times": None if content.times is None else [asdict(time) for time in content.times],
        "items": [[asdict(item), text] for item, text in content.items],
    }
    text = json.dumps(plain, ensure_ascii=False, default=date.isoformat)
    return FieldSealer(derive_subkey(_SEALING_LABEL)).seal(f"copy {request}", text.encode())


def load_program_copy(row: CopyRequest) -> queries.ProgramCopyContent | None:
    """Decrypt a copy; None if there is none. The caller asks policy first or right after."""
    if not row.sealed_copy:
        return None
    sealer = FieldSealer(derive_subkey(_SEALING_LABEL))
    plain = json.loads(sealer.unseal(f"copy {row.pk}", row.sealed_copy))
    times = plain["times"]
    return queries.ProgramCopyContent(
        None if times is None else tuple(_read_time(values) for values in times),
        tuple((_read_item(values), text) for values, text in plain["items"]),
    )


def _read_time(values: dict[str, object]) -> programs_api.ProgramTime:
    time = programs_api.ProgramTime(**values)  # type: ignore[arg-type]
    months = (programs_api.MonthAttendance(**month) for month in values["months"])  # type: ignore[attr-defined]
    return replace(
        time,
        starts=date.fromisoformat(str(time.starts)),
        ends=date.fromisoformat(str(time.ends)) if time.ends else None,
        months=tuple(
            replace(month, month=date.fromisoformat(str(month.month))) for month in months
        ),
    )


def _read_item(values: dict[str, object]) -> notes_api.CopiedText:
    item = notes_api.CopiedText(**values)  # type: ignore[arg-type]
    return replace(
        item, day=date.fromisoformat(str(item.day)), audience=NoteAudience(item.audience)
    )


def erase_copies_of(participants: Sequence[programs_api.Participant]) -> None:
    """Erase the copies of records that are destroyed; the answers stay.

    Args:
        participants: the records.
    """
    CopyRequest.objects.filter(participant__in=participants).update(sealed_copy=b"")
