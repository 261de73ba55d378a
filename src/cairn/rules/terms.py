"""The typed terms of an agreement: what, how long, how it comes, what may leave, who may see it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from cairn.rules.vocabulary import Channel, Purpose, Relation, Silence


class RetentionEvent(StrEnum):
    """What a retention period is counted from."""

    DELIVERY = "delivery"
    AGREEMENT_END = "agreement_end"
    TERMINATION = "termination"
    PROJECT_END = "project_end"
    SCHOOL_YEAR_END = "school_year_end"
    REVOCATION = "revocation"


class Frequency(StrEnum):
    """How often data are delivered."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    EACH_TERM = "each term"
    EACH_SEASON = "each season"
    TWICE_A_YEAR = "twice a year"
    YEARLY = "yearly"
    ON_REQUEST = "on request"


class SecurityCondition(StrEnum):
    """What a recipient's systems and people must have while they hold the data."""

    SECURITY_PLAN = "security_plan"
    YEARLY_ASSESSMENT = "yearly_assessment"
    ENCRYPTED_TRANSFER = "encrypted_transfer"
    ENCRYPTED_STORAGE = "encrypted_storage"
    ENCRYPTED_BACKUPS = "encrypted_backups"
    SECOND_FACTOR = "second_factor"
    ACCESS_BY_ROLE = "access_by_role"
    ACCESS_LOG = "access_log"
    NO_PORTABLE_MEDIA = "no_portable_media"
    HOSTED_IN_COUNTRY = "hosted_in_country"
    SEPARATE_STORAGE = "separate_storage"
    INCIDENT_PLAN = "incident_plan"
    OUTSIDE_TEST = "outside_test"


class PenaltyKind(StrEnum):
    """What follows when a party does not keep to the agreement."""

    LOSS_OF_ACCESS = "loss_of_access"
    FIVE_YEAR_BAR = "five_year_bar"
    TERMINATION = "termination"
    DAMAGES = "damages"
    FIXED_SUM = "fixed_sum"
    LEGAL_ACTION = "legal_action"
    DISCIPLINE = "discipline"


class RenewalKind(StrEnum):
    """What happens at the end of a term."""

    ENDS = "ends"
    BY_AGREEMENT = "by_agreement"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class DataTerm:
    """What may be shared of one record type, for which school years (first and last, inclusive).

    ``provider`` is whose data where an agreement has several providers (empty: each of them);
    ``data_set`` and ``file_names`` are the provider's own names for what is sent.
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
    """How long a delivery may be kept: a period of days from an event, and how it ends.

    ``certificate`` and ``backups`` say what the text promises of either; empty is not promised.
    ``revoked_days`` is how long what holds a child's records may be kept after the family took its
    consent back; ``None`` where the text asks for no destruction then.
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
    """What the provider asks of anything that leaves."""

    minimum_cell: int = 10
    send_back_days: int = 10
    no_ranking: bool = True
    silence: Silence = Silence.LAPSES
    clause: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryTerm:
    """How data come: the ways, how often, who sends (``contacts``) and who receives."""

    channels: frozenset[Channel] = frozenset(Channel)
    frequency: Frequency | None = None
    contacts: tuple[tuple[str, str], ...] = ()  # (name, e-mail)
    receivers: tuple[tuple[str, str], ...] = ()  # (name, e-mail)
    clause: str = ""


@dataclass(frozen=True, slots=True)
class AccessTerm:
    """A role at one organization that may see the data, and its legitimate interest."""

    organization: str
    role: str
    interest: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class OnwardRecipient:
    """Who may receive the data from a party, and its own interest in them (34 CFR 99.33(b))."""

    organization: str
    interest: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class GiveBack:
    """What a recipient returns to the provider: a table, a report, a conversation."""

    what: str
    to: str = ""
    within_days: int | None = None
    frequency: Frequency | None = None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Penalty:
    """One consequence of a breach; ``amount`` in words where there is one."""

    kind: PenaltyKind
    amount: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class RenewalTerm:
    """Whether the agreement goes on after its last day, for how long, told how long before."""

    kind: RenewalKind
    months: int | None = None
    notice_days: int | None = None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class ConsentTerm:
    """What a consent form asks of a family: the notice it shows and how long a yes lasts."""

    notice: str
    languages: tuple[str, ...]
    signers: tuple[Relation, ...]
    lasts_days: int | None = None
    collected_by: str = ""
    verified_by: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class ProjectTerm:
    """The project that a license or a data plan is for: its questions and planned products."""

    reference: str
    questions: tuple[str, ...]
    products: tuple[str, ...] = ()
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A schedule or exhibit that the text refers to, and whether it is attached."""

    name: str
    title: str
    attached: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """What an amendment changes: the term, what it said, what it says from now on."""

    term: str
    was: str
    now: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """One step of a data plan: what is done, by whom, by when."""

    what: str
    organization: str
    by: date
    purpose: Purpose | None = None


NO_PERIOD: Final = Retention(period_days=None)
USUAL_DISCLOSURE: Final = DisclosureTerm()
USUAL_DELIVERY: Final = DeliveryTerm()
