"""Define the typed terms of an agreement: data, retention, delivery, disclosure, access."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.policy.vocabulary import (
    Channel,
    Frequency,
    NoResponseEffect,
    PenaltyKind,
    Purpose,
    RenewalKind,
    RetentionEvent,
    SignerRelation,
)


@dataclass(frozen=True, slots=True)
class DataTerm:
    """Describe the elements of one record type that may be shared, and for which school years.

    ``first_year`` and ``last_year`` are school years, both included. ``provider`` is the owner of
    the
    data where an agreement has several providers (empty: each of them). ``data_set`` and
    ``file_names`` are the provider's own names for the files that it sends.
    """

    record: str
    elements: frozenset[str]
    first_year: str = ""
    last_year: str = ""
    clause: str = ""
    used_for: str = ""
    provider: str = ""
    data_set: str = ""
    file_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retention:
    """Describe how long a delivery may be kept: a number of days from an event, and how it ends.

    ``certificate`` and ``backups`` hold what the text promises about each; empty means no promise.
    ``revoked_days`` is the number of days that data holding a child's records may be kept after the
    family revoked its consent; ``None`` if the text asks for no destruction in that case.
    """

    period_days: int | None
    counted_from: RetentionEvent = RetentionEvent.DELIVERY
    method: str = ""
    clause: str = ""
    certificate: str = ""
    backups: str = ""
    on_demand: str = ""
    revoked_days: int | None = None


@dataclass(frozen=True, slots=True)
class DisclosureTerm:
    """Describe what the provider requires of anything that is published or passed on.

    ``minimum_cell`` is a number of children; ``send_back_days`` is a number of business days.
    """

    minimum_cell: int = 10
    send_back_days: int = 10
    no_ranking: bool = True
    silence: NoResponseEffect = NoResponseEffect.LAPSES
    clause: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryTerm:
    """Describe how data are delivered: channels, frequency, ``contacts`` who send and
    ``receivers``.
    """

    channels: frozenset[Channel] = frozenset(Channel)
    frequency: Frequency | None = None
    contacts: tuple[tuple[str, str], ...] = ()  # (name, e-mail)
    receivers: tuple[tuple[str, str], ...] = ()  # (name, e-mail)
    clause: str = ""


@dataclass(frozen=True, slots=True)
class AccessTerm:
    """Describe a role at one organization that may see the data, and its legitimate interest."""

    organization: str
    role: str
    interest: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class OnwardRecipient:
    """Name who may receive data from a party, and the legitimate interest (34 CFR 99.33(b))."""

    organization: str
    interest: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class GiveBackTerm:
    """Describe what a recipient returns to the provider: a table, a report, a conversation."""

    what: str
    to: str = ""
    within_days: int | None = None
    frequency: Frequency | None = None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Penalty:
    """Describe one consequence of a breach; ``amount`` is in words where there is one."""

    kind: PenaltyKind
    amount: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class RenewalTerm:
    """Describe whether the agreement renews, for how many months, and the notice required in
    days.
    """

    kind: RenewalKind
    months: int | None = None
    notice_days: int | None = None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class ConsentTerm:
    """Describe what a consent form asks of a family: the notice it shows and how many days it
    lasts.
    """

    notice: str
    languages: tuple[str, ...]
    signers: tuple[SignerRelation, ...]
    lasts_days: int | None = None
    collected_by: str = ""
    verified_by: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class ProjectTerm:
    """Describe the project that a license or a data plan is for: its questions and planned
    products.
    """

    reference: str
    questions: tuple[str, ...]
    products: tuple[str, ...] = ()
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Name a schedule or exhibit that the text refers to, and whether it is attached."""

    name: str
    title: str
    attached: bool = True


@dataclass(frozen=True, slots=True)
class AmendedTerm:
    """Describe what an amendment changes: the term, its old wording and its new wording."""

    term: str
    was: str
    now: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """Describe one step of a data plan: the work, the organization and the due date."""

    what: str
    organization: str
    by: date
    purpose: Purpose | None = None


NO_RETENTION_PERIOD: Final = Retention(period_days=None)
DEFAULT_DISCLOSURE_TERM: Final = DisclosureTerm()
DEFAULT_DELIVERY_TERM: Final = DeliveryTerm()
