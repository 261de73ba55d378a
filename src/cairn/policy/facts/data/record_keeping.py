"""Define the facts of record keeping: the disclosure log and the retention of data.

The log lists further recipients and record requirements. Retention has holdings, destruction
demands, revoked consents, duties, and files that no record names.
"""

from dataclasses import dataclass
from datetime import date

from cairn.policy.vocabulary import DutyCause, DutyState

__all__ = [
    "DemandFact",
    "DutyFact",
    "Holding",
    "OnwardFact",
    "RecordRequirement",
    "RevocationFact",
    "UnrecordedFileFact",
]


@dataclass(frozen=True, slots=True)
class OnwardFact:
    """Record a further recipient that a data owner listed before any data go to it.

    The owner states it by signing an agreement that names the recipient (34 CFR 99.33(b)(1),
    99.32(b)(1)).

    Attributes:
        agreement: reference of that agreement.
        owner: slug of the organization that keeps the record.
        by: slug of the recipient that passes data on.
        recipient: slug of the party that receives them.
        interest: that party's legitimate interest, in words.
        listed_on: day on which the owner listed it: the day of its signature.
    """

    agreement: str
    owner: str
    by: str
    recipient: str
    interest: str
    listed_on: date

    def is_listed(self, on: date) -> bool:
        """Report whether it was listed by a date; a later listing allows nothing earlier."""
        return self.listed_on <= on


@dataclass(frozen=True, slots=True)
class RecordRequirement:
    """State whether the law requires an entry in the log; Cairn keeps one in any case.

    Attributes:
        by_law: whether the law requires the entry.
        why: the reason, as a sentence for readers of the log.
        citation: paragraph of the law, such as "34 CFR 99.32(a)(1)".
    """

    by_law: bool
    why: str
    citation: str


@dataclass(frozen=True, slots=True)
class Holding:
    """Describe data that are held: their owner, their agreement and the day of receipt.

    The app that keeps the data states it.

    Attributes:
        reference: its name in the ledger (``delivery:12``).
        agreement: reference of the agreement that it is held under.
        owner: slug of the organization that owns the data.
        since: day of receipt, or the day on which it was made.
        keep_until: last day promised when it arrived; None if none was promised.
        project: reference of the project that it was made for; empty if it was made for none.
        project_ended: last day of that project's authorization; None if there is no project.
        is_proof: whether it is a signed paper rather than a child's record: revoking a consent does
            not end the retention of the proof that it was given.
    """

    reference: str
    agreement: str
    owner: str
    since: date
    keep_until: date | None = None
    project: str = ""
    project_ended: date | None = None
    is_proof: bool = False


@dataclass(frozen=True, slots=True)
class DemandFact:
    """Record that an owner demands destruction of its data by a day, for any reason (F128).

    Attributes:
        agreement: reference of the agreement that the data are held under.
        owner: slug of the owner that demands it.
        demanded_on: day of the demand.
        due: last day to destroy the data.
    """

    agreement: str
    owner: str
    demanded_on: date
    due: date


@dataclass(frozen=True, slots=True)
class RevocationFact:
    """Record the day from which a consent under an agreement counted, and the day it was revoked.

    Data received from the first through the second day may have to be destroyed.

    Attributes:
        agreement: reference of the agreement that the consent form is for.
        owner: slug of the organization that issued the form and verified the consent.
        counted_from: day on which the district verified the consent.
        revoked_on: day on which the family revoked it.
    """

    agreement: str
    owner: str
    counted_from: date
    revoked_on: date


@dataclass(frozen=True, slots=True)
class DutyFact:
    """Describe what must be destroyed under one agreement, of one owner, for one cause, by one day.

    Attributes:
        agreement: reference of the agreement.
        owner: slug of the organization that owns the data.
        holders: slugs of the recipients under the agreement, who must destroy the data.
        cause: reason for the destruction.
        due: last day to destroy the data.
        references: names of the holdings in the ledger (``delivery:12``).
        state: state of the duty; whether it is overdue is computed.
    """

    agreement: str
    owner: str
    holders: frozenset[str]
    cause: DutyCause
    due: date
    references: tuple[str, ...]
    state: DutyState = DutyState.DUE

    def is_overdue(self, on: date) -> bool:
        """Report whether the due date has passed without a certificate of destruction."""
        is_done = self.state in (DutyState.CERTIFIED, DutyState.ACCEPTED)
        return not is_done and self.due < on


@dataclass(frozen=True, slots=True)
class UnrecordedFileFact:
    """Describe a file of the store that no record named when it was last looked for.

    Attributes:
        waiting_since: day from which its wait counts; ``None`` if it has not been listed yet.
        is_recorded: whether a record names it now, or data that are still held were made from it.
        listed: number of such files that are listed now, this one included.
        is_confirmed: whether a person confirmed its destruction after its wait began.
    """

    waiting_since: date | None
    is_recorded: bool
    listed: int
    is_confirmed: bool = False
