"""The tables of notes, contacts and appointments."""

from typing import ClassVar

import django_tables2
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from cairn.platform.tables.api import DayColumn, ListTable
from cairn.services.notes.appointment_queries import AppointmentRow
from cairn.services.notes.queries import ContactRow, GroupContactRow, NoteRow
from cairn.services.programs.api import ContactChannel

_SENSITIVE = _("For the data steward: open it to read")
_SHOWN = 100


def _format_moment(record: AppointmentRow) -> str:
    return date_format(localtime(record.appointment.starts_at), "DATETIME_FORMAT")


class NoteTable(ListTable):
    """The notes about one child."""

    caption = _("Notes")
    filter_columns: ClassVar[tuple[str, ...]] = ("kind", "audience")
    wide_columns: ClassVar[frozenset[str]] = frozenset({"audience"})

    day = DayColumn(verbose_name=_("Day"), accessor="version__day")
    kind = django_tables2.Column(verbose_name=_("About"), accessor="version__get_kind_display")
    text = django_tables2.Column(verbose_name=_("Note"), empty_values=())
    author = django_tables2.Column(verbose_name=_("Written by"), accessor="version__author__name")
    audience = django_tables2.Column(
        verbose_name=_("Who may read it"), accessor="version__get_audience_display"
    )

    def render_day(self, record: NoteRow) -> SafeString:
        """Link the day to the note."""
        url = reverse("notes:note", args=[record.note.pk])
        return format_html('<a class="day" href="{}">{}</a>', url, self.value_day(record))

    def value_day(self, record: NoteRow) -> str:
        """Return the day in words."""
        return date_format(record.version.day)

    def render_text(self, record: NoteRow) -> str:
        """Shorten the text."""
        return Truncator(record.text).chars(_SHOWN) if record.text else str(_SENSITIVE)

    def value_text(self, record: NoteRow) -> str:
        """Return the whole text, which is searched."""
        return record.text


class ContactTable(ListTable):
    """The contacts with one child's family."""

    caption = _("Contacts")
    filter_columns: ClassVar[tuple[str, ...]] = ("outcome",)
    wide_columns: ClassVar[frozenset[str]] = frozenset({"recorded_by"})

    day = DayColumn(verbose_name=_("Day"), accessor="contact__day")
    channel = django_tables2.Column(verbose_name=_("How"), accessor="contact__get_channel_display")
    outcome = django_tables2.Column(
        verbose_name=_("Result"), accessor="contact__get_outcome_display"
    )
    adult = django_tables2.Column(verbose_name=_("With whom"))
    summary = django_tables2.Column(verbose_name=_("Summary"))
    recorded_by = django_tables2.Column(
        verbose_name=_("Recorded by"), accessor="contact__recorded_by__name"
    )
    change = django_tables2.Column(
        verbose_name=_("Change"), empty_values=(), orderable=False, exclude_from_export=True
    )

    def render_adult(self, record: ContactRow) -> str:
        """Name the adult and the language."""
        return ", ".join(filter(None, (record.adult, record.language)))

    def render_change(self, record: ContactRow) -> SafeString | str:
        """Link to the page that takes the contact back."""
        if not record.may_change:
            return "—"
        url = reverse("notes:withdraw_contact", args=[record.contact.pk])
        return format_html('<a href="{}">{}</a>', url, _("Take back"))

    def value_change(self, record: ContactRow) -> str:
        """Return nothing to search."""
        return ""


class GroupContactTable(ListTable):
    """The families of a group that were not reached lately."""

    caption = _("Families")
    filter_columns: ClassVar[tuple[str, ...]] = ("channel", "language")
    wide_columns: ClassVar[frozenset[str]] = frozenset({"tried_on", "language", "guardian"})

    name = django_tables2.Column(verbose_name=_("Child"), accessor="roster__details__sort_name")
    reached_on = DayColumn(verbose_name=_("Last reached"), default=_("Never"))
    tried_on = DayColumn(verbose_name=_("Last tried"))
    follow_up_on = DayColumn(verbose_name=_("Follow up on"))
    channel = django_tables2.Column(
        verbose_name=_("Prefers"), accessor="roster__details__channel", default="—"
    )
    language = django_tables2.Column(
        verbose_name=_("Language"), accessor="roster__details__language", default="—"
    )
    guardian = django_tables2.Column(
        verbose_name=_("Parent or guardian"), accessor="roster__details__guardian", default="—"
    )
    phone = django_tables2.Column(
        verbose_name=_("Phone"), accessor="roster__details__phone", default="—"
    )

    def render_name(self, record: GroupContactRow) -> SafeString:
        """Link the child to the contacts with its family."""
        url = reverse("notes:contacts", args=[record.roster.enrollment.participant_id])
        return format_html('<a href="{}">{}</a>', url, record.roster.details.sort_name)

    def value_name(self, record: GroupContactRow) -> str:
        """Return the name."""
        return record.roster.details.sort_name

    def render_channel(self, value: str) -> str:
        """Name the channel."""
        return str(ContactChannel(value).label) if value in ContactChannel.values else "—"


class AppointmentTable(ListTable):
    """Appointments of one person, or about one child."""

    caption = _("Appointments")
    filter_columns: ClassVar[tuple[str, ...]] = ("state",)
    wide_columns: ClassVar[frozenset[str]] = frozenset({"adult"})

    starts_at = django_tables2.DateTimeColumn(
        verbose_name=_("When"), accessor="appointment__starts_at"
    )
    child = django_tables2.Column(verbose_name=_("Child"))
    place = django_tables2.Column(verbose_name=_("Place"))
    adult = django_tables2.Column(verbose_name=_("With whom"), default="—")
    staff = django_tables2.Column(
        verbose_name=_("Who holds it"), accessor="appointment__staff__name"
    )
    state = django_tables2.Column(
        verbose_name=_("Status"), accessor="appointment__get_state_display"
    )

    def render_starts_at(self, record: AppointmentRow) -> SafeString:
        """Link the time to the appointment."""
        url = reverse("notes:appointment", args=[record.appointment.pk])
        return format_html('<a href="{}">{}</a>', url, _format_moment(record))

    def value_starts_at(self, record: AppointmentRow) -> str:
        """Return the time."""
        return _format_moment(record)
