"""Agreements under which Maple Youth shares its records with the backbone."""

from typing import Any

from tests.outputs.releases.consent_partnership import Partnership
from tests.services.programs.reading_club import NOW

from cairn.demo.planned_deliveries import find_examples_folder
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.agreements.models import Agreement

REFERENCE = "RC-DSA-13"
_RECORDS = ("participation.*", "session_attendance.*")
_ROSTER = ("local_id", "given_name", "family_name", "birth_date", "program", "start_date")
_ATTENDANCE = ("local_id", "program", "date", "hours")


def write_program_agreement(sender: str, receiver: str) -> str:
    """The text of River County's agreement with a program, made out to Maple Youth."""
    text = (find_examples_folder() / "agreements" / f"{REFERENCE}.toml").read_text("utf-8")
    for old, new in (
        ("riverside-readers", "maple"),
        ("river-county-partnership", "backbone"),
        ("steward@maple.example", sender),
        ("dana@partnership.example", receiver),
    ):
        text = text.replace(old, new)
    return text


def record_program_agreement(manager: Any, sender: Any, **changed: str) -> Agreement:
    """The agreement on record, with some of its text replaced: `ends="2026-11-22"`."""
    text = write_program_agreement(sender.email, manager.email)
    if "ends" in changed:
        text = text.replace("ends = 2031-06-30", f"ends = {changed['ends']}")
    if "record" in changed:
        text = text.replace('record = "session_attendance"', f'record = "{changed["record"]}"')
    load_agreement(text=text, newcomers=["maple", "backbone"], by=manager, at=NOW)
    return Agreement.objects.get(reference=REFERENCE)


class ConsentingFamilies(Partnership):
    """A district that runs a program, whose families agree in writing."""

    def write_agreement(self) -> str:
        """The text of the agreement, about the records of programs."""
        head, _, rest = super().write_agreement().partition("[[data]]")
        _, _, tail = rest.rpartition("[[data]]")
        terms = "".join(
            f'[[data]]\nrecord = "{record}"\nelements = {list(elements)}\n'
            'years = ["2025-26", "2027-28"]\nclause = "§3"\n\n'
            for record, elements in (
                ("participation", _ROSTER),
                ("session_attendance", _ATTENDANCE),
            )
        )
        return head + terms + tail[tail.index("[retention]") :]

    def publish(self, *args: Any, **given: Any) -> Any:
        """Publish a consent form about the records of programs."""
        return super().publish(*args, **given | {"records": _RECORDS})

    def consent(self, form: Any, ids: Any, records: Any = _RECORDS) -> Any:
        """Record consents to the records of programs."""
        return super().consent(form, ids, _RECORDS)
