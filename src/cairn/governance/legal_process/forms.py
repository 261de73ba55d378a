"""Define the forms for legal process and public-records requests."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cairn.governance.legal_process.actions import (
    DisclosureScope,
    LegalDisclosure,
    PublicAnswer,
    ReceivedPublicRequest,
    ServedDemand,
)
from cairn.governance.legal_process.models import PROCESS_KINDS, REQUEST_LEVELS
from cairn.governance.partners.api import Organization
from cairn.policy.vocabulary import LegalProcessKind, PublicRequestLevel


def _build_date_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **options)


def _build_text_field(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 4}), **options)


def _split_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a list that are not empty, each once."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


class OwnedRequestForm(forms.Form):
    """The organization that was served or asked."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Data owner"), queryset=Organization.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations


class LegalProcessForm(OwnedRequestForm):
    """Legal process as it was served."""

    kind = forms.ChoiceField(label=_("Kind"), choices=PROCESS_KINDS, widget=forms.RadioSelect)
    issuer = forms.CharField(label=_("Issued by"), max_length=160)
    demanded = _build_text_field(
        _("What it asks for"), help_text=_("Stored encrypted, because it can name a student.")
    )
    issued_on = _build_date_field(_("Issued on"))
    received_on = _build_date_field(_("Received on"))
    due_on = _build_date_field(_("Due"), required=False)
    secrecy = forms.CharField(
        label=_("Order that forbids telling the family"),
        max_length=200,
        required=False,
        help_text=_("Court and date of the order. Leave it empty if there is none."),
    )

    def get_demand(self) -> ServedDemand:
        """Return what was served once the form is valid."""
        cleaned = {**self.cleaned_data, "kind": LegalProcessKind(self.cleaned_data["kind"])}
        del cleaned["organization"]
        return ServedDemand(**cleaned)


class CounselDecisionForm(forms.Form):
    """Counsel's decision about legal process."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("comply", _("Comply")), ("contest", _("Contest"))],
        widget=forms.RadioSelect,
    )
    reason = _build_text_field(_("Reason, and what may be disclosed"))
    recipient: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Partner that receives the records"),
        queryset=Organization.objects.none(),
        required=False,
        empty_label=_("No partner"),
        help_text=_("Only if you comply. Leave it empty if the records go to a court or agency."),
    )
    students = _build_text_field(
        _("Students"),
        required=False,
        help_text=_(
            "Local student ID, one on each line. Stored encrypted. With a partner and students, "
            "“Can I use or share this data?” knows that counsel cleared this."
        ),
    )

    def __init__(self, *args: Any, partners: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["recipient"])
        choice.queryset = partners

    def get_scope(self) -> DisclosureScope:
        """Return the partner and the students once the form is valid."""
        return DisclosureScope(
            recipient=self.cleaned_data["recipient"],
            local_ids=_split_lines(self.cleaned_data["students"]),
        )


class NoticeEffortForm(forms.Form):
    """How the family was notified."""

    effort = forms.CharField(
        label=_("How you notified the family, or tried to"),
        max_length=400,
        help_text=_("For example: letter to the last known address."),
    )


class LegalDisclosureForm(forms.Form):
    """What was disclosed under legal process."""

    disclosed = _build_text_field(
        _("What was disclosed, to which office"), help_text=_("Without the name of a student.")
    )
    students = _build_text_field(
        _("Students"),
        required=False,
        help_text=_(
            "Local student ID, one on each line. The family finds the disclosure on its page. "
            "Leave it empty only if an order forbids telling the family."
        ),
    )

    def __init__(self, *args: Any, is_secret: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Policy refuses a line without students (R33.3); here the person corrects it on the form.
        self.fields["students"].required = not is_secret

    def get_disclosure(self) -> LegalDisclosure:
        """Return the disclosure once the form is valid."""
        return LegalDisclosure(
            disclosed=self.cleaned_data["disclosed"],
            local_ids=_split_lines(self.cleaned_data["students"]),
        )


class PublicRequestForm(OwnedRequestForm):
    """A public-records request as it came in."""

    requester = forms.CharField(label=_("Requested by"), max_length=160)
    asked = _build_text_field(_("What is requested"))
    level = forms.ChoiceField(
        label=_("The request is about"), choices=REQUEST_LEVELS, widget=forms.RadioSelect
    )
    law = forms.CharField(
        label=_("Public-records law"),
        max_length=160,
        help_text=_("For example: Ohio Rev. Code 149.43."),
    )
    received_on = _build_date_field(_("Received on"))
    due_on = _build_date_field(
        _("Due"), help_text=_("The day by which state law asks for an answer.")
    )

    def clean(self) -> dict[str, Any]:
        """Reject a due date before the request."""
        cleaned = super().clean() or {}
        received, due = cleaned.get("received_on"), cleaned.get("due_on")
        if received and due and due < received:
            raise forms.ValidationError(_("Enter a due date that is not before the request."))
        return cleaned

    def get_received(self) -> ReceivedPublicRequest:
        """Return the request once the form is valid."""
        cleaned = {**self.cleaned_data, "level": PublicRequestLevel(self.cleaned_data["level"])}
        del cleaned["organization"]
        return ReceivedPublicRequest(**cleaned)


class PublicAnswerForm(forms.Form):
    """The answer to a public-records request."""

    event = forms.ChoiceField(
        label=_("Answer"),
        choices=[
            ("release", _("Release")),
            ("deny", _("Deny")),
            ("withdraw", _("The requester withdrew it")),
        ],
        widget=forms.RadioSelect,
    )
    answer = _build_text_field(_("Answer in words"))
    exemption = forms.CharField(
        label=_("Exemption"),
        max_length=200,
        required=False,
        help_text=_("Needed to deny. For education records: 34 CFR 99.30(a)."),
    )
    is_deidentified = forms.BooleanField(
        label=_("The figures passed disclosure review, or are published already"), required=False
    )

    def get_answer(self) -> PublicAnswer:
        """Return the answer once the form is valid."""
        return PublicAnswer(**self.cleaned_data)
