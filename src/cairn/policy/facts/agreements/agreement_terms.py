"""Define the typed terms of an agreement: data, retention, delivery, disclosure, access."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cairn.policy.facts.later_fields import ADDED_LATER
from cairn.policy.vocabulary import (
    Channel,
    DeliveryMode,
    Frequency,
    NoResponseEffect,
    PenaltyKind,
    Purpose,
    RenewalKind,
    ReportContents,
    RetentionEvent,
    Role,
    SignerRelation,
)

__all__ = [
    "AccessTerm",
    "AmendedTerm",
    "ConsentTerm",
    "DataTerm",
    "DeliveryTerm",
    "DisclosureTerm",
    "Exhibit",
    "GiveBackTerm",
    "Milestone",
    "OnwardRecipient",
    "Penalty",
    "ProjectTerm",
    "RenewalTerm",
    "Retention",
]


@dataclass(frozen=True, slots=True)
class DataTerm:
    """Describe the elements of one record type that may be shared, and for which school years.

    The text of the agreement states it.

    Attributes:
        record: record type, as in the data elements (``enrollment``).
        elements: names of the elements of that record, without the record's name.
        first_year: first school year, included, such as "2025-26"; empty means no first limit.
        last_year: last school year, included; empty means no last limit.
        clause: clause that says so; empty if the text gives none.
        used_for: question that these elements serve, in words; empty if the text gives none.
        provider: slug of the owner of the data where an agreement has several providers; empty
            means each of them.
        data_set: the provider's own name for the data set; empty if the text gives none.
        file_names: the provider's own names for the files that it sends; ``*`` matches any letters,
            ``?`` one, and case does not count. Empty allows a file of any name.
        retention_days: days for which these elements may be kept, where the text gives them a
            shorter period than the rest; None for the period of the agreement.
        mode: what each file does to the file before: replaces it, adds rows, or changes some; None
            if the text does not say.
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
    retention_days: int | None = field(default=None, metadata=ADDED_LATER)
    mode: DeliveryMode | None = field(default=None, metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class Retention:
    """Describe how long a delivery may be kept: a number of days from an event, and how it ends.

    The text of the agreement states it.

    Attributes:
        period_days: days for which data may be kept; None if the text gives no period, and then
            nothing is allowed.
        counted_from: event that the days are counted from.
        method: how the data are destroyed, in words; empty if the text does not say.
        clause: clause that says so; empty if the text gives none.
        certificate: what the text promises about a certificate of destruction; empty means no
            promise.
        backups: what the text promises about copies in backups; empty means no promise.
        on_demand: how the owner may have the data destroyed earlier, in words; empty means no
            promise.
        revoked_days: days for which data holding a child's records may be kept after the family
            revoked its consent; None if the text asks for no destruction in that case.
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

    The text of the agreement states it; a text that is silent has the defaults.

    Attributes:
        minimum_cell: smallest number of children that a cell may show; a smaller number is
            withheld.
        send_back_days: business days that the provider has to read a preview of a release.
        no_ranking: whether schools and programs may not be ranked.
        silence: effect of a provider's missing answer after those days.
        clause: clause that says so; empty if the text gives none.
    """

    minimum_cell: int = 10
    send_back_days: int = 10
    no_ranking: bool = True
    silence: NoResponseEffect = NoResponseEffect.LAPSES
    clause: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryTerm:
    """Describe how data are delivered: channels, frequency, people who send and who receive.

    The text of the agreement states it. Where it names people, only they may upload a file; where
    it names none, the person is not checked.

    Attributes:
        channels: channels by which a file may arrive; all of them if the text has no such term.
        frequency: how often data are delivered; None if the text does not say.
        contacts: name and e-mail address of each person who sends.
        receivers: name and e-mail address of each person who receives.
        clause: clause that says so; empty if the text gives none.
    """

    channels: frozenset[Channel] = frozenset(Channel)
    frequency: Frequency | None = None
    contacts: tuple[tuple[str, str], ...] = ()  # (name, e-mail)
    receivers: tuple[tuple[str, str], ...] = ()  # (name, e-mail)
    clause: str = ""


@dataclass(frozen=True, slots=True)
class AccessTerm:
    """Describe a role at one organization that may see the data, and its legitimate interest.

    The text of the agreement states it.

    Attributes:
        organization: slug of the party.
        role: role of the people who may see the data, in the words of the text.
        interest: why they need the data, in words.
        clause: clause that says so; empty if the text gives none.
        account_roles: roles in Cairn that these people hold; empty means every role.
    """

    organization: str
    role: str
    interest: str
    clause: str = ""
    account_roles: frozenset[Role] = field(default=frozenset(), metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class OnwardRecipient:
    """Name who may receive data from a party, and the legitimate interest (34 CFR 99.33(b)).

    The text of the agreement states it; a provider lists the recipient by signing.

    Attributes:
        organization: slug of the further recipient.
        interest: why it needs the data, in words.
        clause: clause that says so; empty if the text gives none.
    """

    organization: str
    interest: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class GiveBackTerm:
    """Describe what a recipient returns to the provider: a table, a report, a conversation.

    The text of the agreement states it. Without ``within_days`` and ``frequency``, nothing is due
    on a date.

    Attributes:
        what: the thing returned, in words.
        to: slug of the party that gets it; empty means every provider.
        within_days: days after the newest delivery by which it is due; None if ``frequency``
            decides.
        frequency: how often it is due, counted from the agreement's first day; None if the text
            gives no frequency.
        clause: clause that says so; empty if the text gives none.
        contents: what Cairn makes the report of; None if a person makes and records it. Without
            ``within_days`` and ``frequency``, Cairn delivers it once for each delivery.
    """

    what: str
    to: str = ""
    within_days: int | None = None
    frequency: Frequency | None = None
    clause: str = ""
    contents: ReportContents | None = field(default=None, metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class Penalty:
    """Describe one consequence of a breach.

    The text of the agreement states it.

    Attributes:
        kind: the consequence.
        amount: sum of money, in words; empty if there is none.
        clause: clause that says so; empty if the text gives none.
    """

    kind: PenaltyKind
    amount: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class RenewalTerm:
    """Describe whether the agreement renews, for how many months, and the notice required.

    The text of the agreement states it.

    Attributes:
        kind: what happens at the end of the term.
        months: months of the new term; None if the text does not say.
        notice_days: days before the end by which notice is due; None if the text requires none.
        clause: clause that says so; empty if the text gives none.
    """

    kind: RenewalKind
    months: int | None = None
    notice_days: int | None = None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class ConsentTerm:
    """Describe what a consent form asks of a family: the notice, the signers and how long it lasts.

    The text of the form states it.

    Attributes:
        notice: version of the notice that the form shows.
        languages: languages in which the form exists.
        signers: relations to the student in which a person may sign.
        lasts_days: days for which a yes lasts; None if the form does not say.
        collected_by: slug of the party that collects the forms; empty if the form does not say.
        verified_by: slug of the party that verifies each form; empty if the form does not say.
        clause: clause that says so; empty if the form gives none.
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
    """Describe the project that a license or data plan is for: its questions and planned products.

    The text of the agreement states it.

    Attributes:
        reference: reference of the project.
        questions: questions that the project answers, in words.
        products: tables, pages and reports to be made, in words; empty if the text names none.
        clause: clause that says so; empty if the text gives none.
    """

    reference: str
    questions: tuple[str, ...]
    products: tuple[str, ...] = ()
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Name a schedule or exhibit that the text refers to, and whether it is attached.

    The text of the agreement states it.

    Attributes:
        name: name in the text, such as "Exhibit A".
        title: what it holds.
        attached: whether it is attached; the linter reports one that is not.
    """

    name: str
    title: str
    attached: bool = True


@dataclass(frozen=True, slots=True)
class AmendedTerm:
    """Describe what an amendment changes: the term, its old wording and its new wording.

    The text of the amendment states it.

    Attributes:
        term: key of the term in the written form of an agreement, such as ``ends`` or ``data``.
        was: old wording.
        now: new wording.
        clause: clause that says so; empty if the text gives none.
        part: id of the part of the amended agreement that it changes; empty for a term that its
            parts share, and for an agreement without parts.
    """

    term: str
    was: str
    now: str
    clause: str = ""
    part: str = field(default="", metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class Milestone:
    """Describe one step of a data plan: the work, the organization and the due date.

    The text of the plan states it.

    Attributes:
        what: the work, in words.
        organization: slug of the party that does it.
        by: last day to do it.
        purpose: purpose that it serves; None if the plan names none.
    """

    what: str
    organization: str
    by: date
    purpose: Purpose | None = None


NO_RETENTION_PERIOD: Final = Retention(period_days=None)
DEFAULT_DISCLOSURE_TERM: Final = DisclosureTerm()
DEFAULT_DELIVERY_TERM: Final = DeliveryTerm()
