"""The list of surveys."""

import django_tables2 as columns
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from cairn.data.surveys.models import Survey
from cairn.platform.tables.api import ListTable


class SurveyTable(ListTable):
    """Surveys, newest first, with how many answered; no answer is in it."""

    caption = gettext_lazy("Surveys")
    filter_columns = ("organization", "status")

    title = columns.Column(gettext_lazy("Survey"))
    organization = columns.Column(gettext_lazy("Organization"), order_by="organization__name")
    status = columns.Column(gettext_lazy("Status"))
    closes_on = columns.Column(gettext_lazy("Last day"))
    answers = columns.Column(gettext_lazy("Answers"), empty_values=(), orderable=False)

    def render_title(self, record: Survey) -> SafeString:
        """Link the title to the survey's page."""
        url = reverse("surveys:survey", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, record.title)

    def render_closes_on(self, record: Survey) -> str:
        """Show the day."""
        return date_format(record.closes_on, "DATE_FORMAT")

    def render_answers(self, record: Survey) -> int:
        """Show how many answered."""
        return count_answers(record)


def count_answers(survey: Survey) -> int:
    """Count the answers of a survey, also once they were imported."""
    return survey.imported_answers or survey.responses.count()
