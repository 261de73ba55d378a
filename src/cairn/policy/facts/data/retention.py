"""Define the facts of retention: holdings, destruction demands, revoked consents and duties."""

from dataclasses import dataclass
from datetime import date

from cairn.policy.vocabulary import DutyCause, DutyState


@dataclass(frozen=True, slots=True)
class Holding:
    """Describe data that are held: their owner, their agreement and the day of receipt.

    ``reference`` is its name in the ledger (``delivery:12``). ``keep_until`` is the day promised
    when
    it arrived; ``project`` the project that it was made for, and ``project_ended`` the last day of
    that
    project. ``is_proof`` marks a signed paper rather than a child's record: revoking a consent does
    not
    end the retention of the proof that it was given.
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
    """Record that an owner demands destruction of its data by a day, for any reason (F128)."""

    agreement: str
    owner: str
    demanded_on: date
    due: date


@dataclass(frozen=True, slots=True)
class RevocationFact:
    """Record the day from which a consent under an agreement counted, and the day it was
    revoked.
    """

    agreement: str
    owner: str
    counted_from: date
    revoked_on: date


@dataclass(frozen=True, slots=True)
class DutyFact:
    """Describe what must be destroyed under one agreement, of one owner, for one cause, by one
    day.
    """

    agreement: str
    owner: str
    holders: frozenset[str]
    cause: DutyCause
    due: date
    references: tuple[str, ...]
    state: DutyState = DutyState.DUE

    def overdue(self, on: date) -> bool:
        """Report whether the due date has passed without a certificate of destruction."""
        is_done = self.state in (DutyState.CERTIFIED, DutyState.ACCEPTED)
        return not is_done and self.due < on
