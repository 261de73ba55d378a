"""The tables of programs."""

from typing import ClassVar

import django_tables2
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from cairn.platform.tables.api import DayColumn, ListTable
from cairn.services.programs.models import Incident
from cairn.services.programs.participant_identity import ParticipantDetails
from cairn.services.programs.queries import DosageRow, RosterRow
from cairn.services.programs.registration.registration_queries import QueuedRegistration
from cairn.services.programs.retention.due_records import NamedRecord


class GroupRosterTable(ListTable):
    """The children of a group."""

    caption = _("Children")
    wide_columns: ClassVar[frozenset[str]] = frozenset({"starts", "rate"})

    name = django_tables2.Column(verbose_name=_("Child"), accessor="details__sort_name")
    starts = DayColumn(verbose_name=_("Enrolled since"), accessor="enrollment__starts")
    attended = django_tables2.Column(
        verbose_name=_("Sessions attended"), accessor="dosage__attended", default=0
    )
    rate = django_tables2.Column(verbose_name=_("Percent"), accessor="dosage__rate", default="—")
    hours = django_tables2.Column(verbose_name=_("Hours"), accessor="dosage__hours", default=0)

    def render_name(self, record: RosterRow) -> SafeString:
        """Link the child to the program's own record."""
        return _link_participant(record.enrollment.participant_id, record.details)

    def value_name(self, record: RosterRow) -> str:
        """Return the name."""
        return record.details.sort_name


class RegistrationTable(ListTable):
    """The families who registered a child for a group, the first ones first."""

    caption = _("Registrations")
    filter_columns: ClassVar[tuple[str, ...]] = ("state",)
    wide_columns: ClassVar[frozenset[str]] = frozenset({"reference", "language"})

    name = django_tables2.Column(verbose_name=_("Child"), accessor="details__child__sort_name")
    sent_at = DayColumn(verbose_name=_("Registered"), accessor="registration__sent_at")
    state = django_tables2.Column(
        verbose_name=_("Status"), accessor="registration__get_state_display"
    )
    guardian = django_tables2.Column(
        verbose_name=_("Parent or guardian"), accessor="details__child__guardian"
    )
    phone = django_tables2.Column(verbose_name=_("Phone"), accessor="details__child__phone")
    reference = django_tables2.Column(
        verbose_name=_("Reference"), accessor="registration__reference"
    )
    language = django_tables2.Column(verbose_name=_("Language"), accessor="registration__language")

    def render_name(self, record: QueuedRegistration) -> SafeString:
        """Link the child to the registration."""
        url = reverse("programs:registration", args=[record.registration.pk])
        return format_html('<a href="{}">{}</a>', url, record.details.child.sort_name)

    def value_name(self, record: QueuedRegistration) -> str:
        """Return the name."""
        return record.details.child.sort_name

    def render_state(self, value: str, record: QueuedRegistration) -> str:
        """Say that an offer expired: its last day passed without an answer."""
        is_expired = record.registration.is_offer_expired(timezone.localdate())
        return str(_("Offer expired")) if is_expired else value

    def render_language(self, value: str) -> str:
        """Name the language of the page on which the family registered."""
        return str(get_language_info(value)["name_translated"])


class DueRecordTable(ListTable):
    """Records past their period."""

    caption = _("Records to destroy")

    name = django_tables2.Column(verbose_name=_("Child"), accessor="details__sort_name")
    last_day = DayColumn(verbose_name=_("Last day"), accessor="record__last_day")

    def render_name(self, record: NamedRecord) -> SafeString:
        """Link the child to the program's own record, where a hold can be placed."""
        return _link_participant(record.record.participant.pk, record.details)

    def value_name(self, record: NamedRecord) -> str:
        """Return the name."""
        return record.details.sort_name


def _link_participant(number: int, details: ParticipantDetails) -> SafeString:
    """Link a child's name to its record; a record that was destroyed has no page."""
    if details.is_destroyed:
        return format_html("{}", details.sort_name)
    url = reverse("programs:participant", args=[number])
    return format_html('<a href="{}">{}</a>', url, details.sort_name)


class IncidentTable(ListTable):
    """The incident reports of a program, the newest first."""

    caption = _("Incident reports")
    filter_columns: ClassVar[tuple[str, ...]] = ("kind", "state")
    wide_columns: ClassVar[frozenset[str]] = frozenset({"written_by"})

    occurred_at = django_tables2.Column(verbose_name=_("When"))
    kind = django_tables2.Column(verbose_name=_("Kind"), accessor="get_kind_display")
    state = django_tables2.Column(verbose_name=_("Status"), accessor="get_state_display")
    written_by = django_tables2.Column(verbose_name=_("Written by"), accessor="written_by__name")

    def render_occurred_at(self, record: Incident) -> SafeString:
        """Link the time to the report."""
        url = reverse("programs:incident", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, self.value_occurred_at(record))

    def value_occurred_at(self, record: Incident) -> str:
        """Return the time in words."""
        return date_format(timezone.localtime(record.occurred_at), "DATETIME_FORMAT")


class DosageTable(ListTable):
    """What each child of a program received in a period."""

    caption = _("Children with recorded attendance")
    filter_columns: ClassVar[tuple[str, ...]] = ("band",)
    wide_columns: ClassVar[frozenset[str]] = frozenset({"sessions", "rate"})

    name = django_tables2.Column(verbose_name=_("Child"), accessor="details__sort_name")
    sessions = django_tables2.Column(
        verbose_name=_("Sessions recorded"), accessor="dosage__sessions"
    )
    attended = django_tables2.Column(
        verbose_name=_("Sessions attended"), accessor="dosage__attended"
    )
    rate = django_tables2.Column(verbose_name=_("Percent"), accessor="dosage__rate")
    hours = django_tables2.Column(verbose_name=_("Hours"), accessor="dosage__hours")
    band = django_tables2.Column(verbose_name=_("Band"), accessor="dosage__band")

    def render_name(self, record: DosageRow) -> SafeString:
        """Link the child to the program's own record."""
        return _link_participant(record.dosage.participant, record.details)

    def value_name(self, record: DosageRow) -> str:
        """Return the name."""
        return record.details.sort_name
