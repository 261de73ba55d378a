"""Forms about partners, their people and their security."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models import (
    ORGANIZATION_KINDS,
    ROLE_CHOICES,
    Affiliation,
    DataTool,
    Organization,
    ToolConnection,
)
from cairn.governance.partners.questionnaire import AnswerGrade, Questionnaire
from cairn.governance.training.api import find_workshop, load_courses
from cairn.platform.accounts.api import User
from cairn.policy.facts import ClauseKind
from cairn.policy.law import BASIS_PACKS, CLASS_PACKS
from cairn.policy.vocabulary import (
    COMMERCIAL_PURPOSES,
    LegalBasis,
    Purpose,
    SecurityCondition,
    SpecialClass,
    label_code,
)

ANSWER_CHOICES = (
    (AnswerGrade.YES.value, _("Yes")),
    (AnswerGrade.PARTLY.value, _("Partly")),
    (AnswerGrade.NO.value, _("No")),
)


def _is_true(value: object) -> bool:
    return str(value) == "True"


class OrganizationForm(forms.Form):
    """A new partner."""

    name = forms.CharField(label=_("Name"), max_length=160)
    kind = forms.ChoiceField(
        label=_("Type of organization"),
        choices=ORGANIZATION_KINDS,
        help_text=_("The type decides which laws apply to the organization."),
    )
    slug = forms.CharField(
        label=_("Short name"),
        max_length=60,
        required=False,
        help_text=_(
            "Used in agreements, web addresses and commands. Use lowercase letters, numbers and "
            "hyphens, such as north-district. If you leave it empty, Cairn makes one from the name."
        ),
    )
    steward_name = forms.CharField(
        label=_("Name of its data steward"),
        max_length=120,
        required=False,
        help_text=_(
            "The person who answers for its data, and reviews and signs its agreements. You can "
            "also add people later."
        ),
    )
    steward_email = forms.EmailField(label=_("Email of its data steward"), required=False)

    def clean_slug(self) -> str:
        """Make a short name from the name if none is given; reject one that a partner has."""
        typed = str(self.cleaned_data["slug"]).strip().lower()
        suggestion: str = slugify(typed or self.cleaned_data.get("name", ""))[:60].strip("-")
        if typed and typed != suggestion:
            raise forms.ValidationError(
                _(
                    "Use lowercase letters, numbers and hyphens in the short name. "
                    "Suggestion: %(suggestion)s"
                )
                % {"suggestion": suggestion or "north-district"}
            )
        if not suggestion:
            raise forms.ValidationError(_("Enter a short name, such as north-district."))
        if Organization.objects.filter(slug=suggestion).exists():
            raise forms.ValidationError(
                _("Another partner has this short name: %(slug)s. Enter a different one.")
                % {"slug": suggestion}
            )
        return suggestion

    def clean(self) -> dict[str, Any]:
        """Reject a data steward without a name or without an address."""
        cleaned = super().clean() or {}
        name, email = cleaned.get("steward_name"), cleaned.get("steward_email")
        if email and not name:
            self.add_error("steward_name", _("Enter the name of the data steward."))
        if name and not email and "steward_email" not in self.errors:
            self.add_error("steward_email", _("Enter the email address of the data steward."))
        return cleaned


_YES_NO_UNKNOWN_CHOICES = (("", _("Unknown")), ("yes", _("Yes")), ("no", _("No")))
_VALUE_BY_ANSWER = {"yes": True, "no": False}


def _parse_yes_no(value: str) -> bool | None:
    return _VALUE_BY_ANSWER.get(value)


class OrganizationLawForm(forms.Form):
    """The state of an organization and the laws that bind it; unknown values stay unknown."""

    state = forms.RegexField(
        regex=r"^[A-Za-z]{2}$",
        label=_("State"),
        required=False,
        help_text=_("Two letters, such as MD. Cairn applies this state's law and federal law."),
        error_messages={"invalid": _("Enter the two-letter state code, such as MD.")},
    )
    education_program = forms.TypedChoiceField(
        label=_("Principally engaged in education"),
        choices=_YES_NO_UNKNOWN_CHOICES,
        coerce=_parse_yes_no,
        empty_value=None,
        required=False,
    )
    educational_agency = forms.TypedChoiceField(
        label=_("An educational agency under FERPA"),
        choices=_YES_NO_UNKNOWN_CHOICES,
        coerce=_parse_yes_no,
        empty_value=None,
        required=False,
    )
    covered_entity = forms.TypedChoiceField(
        label=_("Covered by HIPAA"),
        choices=_YES_NO_UNKNOWN_CHOICES,
        coerce=_parse_yes_no,
        empty_value=None,
        required=False,
    )

    def clean_state(self) -> str:
        """Return the state in capital letters."""
        return str(self.cleaned_data["state"]).upper()


class NewRoleForm(forms.Form):
    """A role for a new person, or for one with a known address."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("Email"), help_text=_("They use this address to sign in."))
    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.none()
    )
    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES)
    starts = forms.DateField(
        label=_("First day"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations

    def clean(self) -> dict[str, Any]:
        """Reject a role that the person has already."""
        cleaned = super().clean() or {}
        existing_roles = Affiliation.objects.filter(
            user__email=str(cleaned.get("email", "")).lower(),
            organization=cleaned.get("organization"),
            role=cleaned.get("role", ""),
            ends__isnull=True,
        )
        if existing_roles.exists():
            raise forms.ValidationError(_("This person already has this role there."))
        return cleaned


class PersonForm(forms.Form):
    """The corrected name and email address of a person."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("Email"),
        help_text=_("They use this address to sign in. The old address stops working."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": user.name, "email": user.email}
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_email(self) -> str:
        """Reject an address that another person has."""
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email=email).exclude(pk=self._user.pk).exists():
            raise forms.ValidationError(_("Another person has this email address."))
        return email


class RoleChangeForm(forms.Form):
    """A different role, or a different last day, for a person at an organization."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES)
    ends = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave empty if there is no end date."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, affiliation: Affiliation, **kwargs: Any) -> None:
        kwargs["initial"] = {"role": affiliation.role, "ends": affiliation.ends}
        super().__init__(*args, **kwargs)
        self._affiliation = affiliation

    def clean_ends(self) -> date | None:
        """Reject a last day in the past: a role ends today with the button for it."""
        ends: date | None = self.cleaned_data["ends"]
        if ends is not None and ends < max(timezone.localdate(), self._affiliation.starts):
            raise forms.ValidationError(_("Enter a day that is not in the past."))
        return ends

    def clean(self) -> dict[str, Any]:
        """Reject a role that the person has already in another row."""
        cleaned = super().clean() or {}
        same_role = Affiliation.objects.filter(
            user=self._affiliation.user,
            organization=self._affiliation.organization,
            role=cleaned.get("role", ""),
        ).exclude(pk=self._affiliation.pk)
        if same_role.exclude(ends__lt=timezone.localdate()).exists():
            raise forms.ValidationError(_("This person already has this role there."))
        return cleaned


class AssessmentForm(forms.Form):
    """One questionnaire: yes, partly or no to each item."""

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._items = [item.id for item in questionnaire.items]
        for number, item in enumerate(questionnaire.items, start=1):
            self.fields[item.id] = forms.ChoiceField(
                label=f"{number}. {item.ask}",
                choices=ANSWER_CHOICES,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose an answer.")},
            )
        self.fields["note"] = forms.CharField(
            label=_("Notes"),
            required=False,
            widget=forms.Textarea,
            help_text=_("Who answered the questions, and what you will do first."),
        )

    def get_answers(self) -> dict[str, str]:
        """Return the answer by item."""
        return {item: self.cleaned_data[item] for item in self._items}


class TrainingAttestationForm(forms.Form):
    """Training that a person took elsewhere, or the workshop."""

    course = forms.ChoiceField(label=_("Course"))
    took_place = forms.DateField(
        label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}), initial=timezone.localdate
    )
    how = forms.CharField(
        label=_("Location and facilitator"),
        max_length=200,
        help_text=_("For example: three-hour workshop at the library, led by R. Ames."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ChoiceField", self.fields["course"])
        choice.choices = [(course.id, course.title) for course in load_courses().values()]
        choice.initial = find_workshop().id


class BarForm(forms.Form):
    """The bar of an organization after a finding of an authority."""

    owner = forms.ModelChoiceField(
        label=_("Records of"),
        queryset=Organization.objects.order_by("name"),
        required=False,
        empty_label=_("All data owners"),
        help_text=_("A finding is about the records of one school, district or other data owner."),
    )

    until = forms.DateField(
        label=_("Barred through"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=_("Finding"),
        widget=forms.Textarea,
        help_text=_("Which authority made which finding, and the document that states it."),
    )


class SignInReasonForm(forms.Form):
    """Why a data manager changes the sign-in of another person."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "The person reads it at the next sign-in. For example: lost phone, reported in person."
        ),
    )


class BarLiftForm(forms.Form):
    """The end of a bar before its time."""

    because = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea,
        help_text=_("Why the bar ends early, and the document that states it."),
    )


def _label_choices(codes: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(code.value, capfirst(label_code(code))) for code in codes]


def _cite_bases() -> list[tuple[str, str]]:
    """Label the legal bases with the citation that counsel knows them by."""
    return [
        (basis.value, f"{capfirst(label_code(basis))} ({_cite_basis(BASIS_PACKS[basis].law)})")
        for basis in _REVIEWED_BASES
    ]


def _cite_basis(law: str) -> str:
    citation, _colon, rest = law.partition(": ")
    return citation if rest else law[0].lower() + law[1:]


def _cite_classes() -> list[tuple[str, str]]:
    """Label the special classes with the federal law that protects them."""
    laws = {pack.special: pack.law for pack in CLASS_PACKS}
    return [(item.value, f"{capfirst(label_code(item))} ({laws[item]})") for item in SpecialClass]


_YES_NO_CHOICES = ((True, _("Yes")), (False, _("No")))
_REVIEWED_BASES = [
    basis
    for basis in LegalBasis
    if basis not in (LegalBasis.PUBLIC_DATA, LegalBasis.NO_DISCLOSURE, LegalBasis.EMERGENCY)
]
_REVIEWED_CLAUSES = {
    ClauseKind.USE_LIMIT: _("Limits on use"),
    ClauseKind.NO_IDENTIFICATION: _("No re-identification"),
    ClauseKind.SUBCONTRACTORS: _("Subcontractors are bound"),
    ClauseKind.SAFEGUARDS: _("Security safeguards"),
    ClauseKind.HOSTING: _("Where data are hosted"),
    ClauseKind.TRAINING: _("Staff training"),
    ClauseKind.BACKGROUND_CHECK: _("Background checks"),
    ClauseKind.BREACH_NOTICE: _("Notice of a breach"),
    ClauseKind.FAMILY_NOTICE: _("Notice to families"),
    ClauseKind.FAMILY_ACCESS: _("Families' access to records"),
    ClauseKind.RETURN_OF_DATA: _("Return of data"),
    ClauseKind.INSURANCE: _("Insurance"),
    ClauseKind.GOVERNING_LAW: _("Governing law"),
}
_MAX_REVIEW_YEARS = 3


_MINOR_AGE_FIELDS = {
    SpecialClass.HEALTH: "minor_health_age",
    SpecialClass.SUBSTANCE_USE: "minor_substance_use_age",
}


class StateReviewForm(forms.Form):
    """Counsel's answers about the law of a state for which Cairn has no pack."""

    sections = (
        (_("Counsel and law"), "counsel law"),
        (_("Legal bases and purposes"), "bases purposes"),
        (_("Specially protected data"), "classes"),
        (_("Sharing and consent"), "rows_leave consents_kept custodian_signs"),
        (_("Minors who consent alone"), "minor_health_age minor_substance_use_age"),
        (_("Terms of agreements"), "required_clauses"),
        (_("Time limits"), "breach_notice_days inspection_days amendment_days"),
        (_("Last day of these answers"), "expires_on"),
    )
    """The sections of the questionnaire, each with the names of its fields."""

    counsel = forms.CharField(
        label=_("Name of counsel"),
        max_length=120,
        help_text=_("The lawyer of the data owner who read the law."),
    )
    law = forms.CharField(
        label=_("Statutes and rules that counsel read"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("With section numbers. Every refusal under this review cites them."),
    )
    bases = forms.MultipleChoiceField(
        label=_("On which legal bases does state law allow student-level data to be shared?"),
        choices=_cite_bases(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "The conditions of federal law still apply to each. A use on a basis that you do not "
            "check waits for a named person."
        ),
    )
    purposes = forms.MultipleChoiceField(
        label=_("For which purposes does state law allow it?"),
        choices=_label_choices(item for item in Purpose if item not in COMMERCIAL_PURPOSES),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("A use for a purpose that you do not check waits for a named person."),
    )
    classes = forms.MultipleChoiceField(
        label=_("Which specially protected data may be used where federal law allows it?"),
        choices=_cite_classes(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Cairn refuses every use of data that you do not check."),
    )
    rows_leave = forms.TypedChoiceField(
        label=_("May student-level records leave the data system (Cairn)?"),
        help_text=_("With a no, Cairn refuses lists, extracts and files of records."),
        choices=_YES_NO_CHOICES,
        coerce=_is_true,
        widget=forms.RadioSelect,
    )
    consents_kept = forms.TypedChoiceField(
        label=_("Must an agreement on consent say where the signed forms are kept?"),
        choices=_YES_NO_CHOICES,
        coerce=_is_true,
        widget=forms.RadioSelect,
    )
    custodian_signs = forms.TypedChoiceField(
        label=_(
            "Of divorced or separated parents, may only one with legal custody consent to a "
            "disclosure?"
        ),
        choices=_YES_NO_CHOICES,
        coerce=_is_true,
        widget=forms.RadioSelect,
        help_text=_("Without such a law, each parent may consent (34 CFR 99.4)."),
    )
    minor_health_age = forms.IntegerField(
        label=_("From which age may a minor consent alone to health care?"),
        min_value=0,
        max_value=17,
        required=False,
        help_text=_(
            "From this age, the minor's own signature on a HIPAA authorization counts. Leave it "
            "empty if it depends on the kind of care: then a person decides."
        ),
    )
    minor_substance_use_age = forms.IntegerField(
        label=_("From which age may a minor seek treatment for substance use alone?"),
        min_value=0,
        max_value=17,
        required=False,
        help_text=_(
            "From this age, only the minor may consent to a disclosure (42 CFR 2.14). Leave it "
            "empty if it depends on the treatment: then a person decides."
        ),
    )
    required_clauses = forms.MultipleChoiceField(
        label=_("Which terms does state law require in an agreement?"),
        help_text=_("Cairn refuses every use under an agreement that lacks one of them."),
        choices=[(kind.value, label) for kind, label in _REVIEWED_CLAUSES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    breach_notice_days = forms.IntegerField(
        label=_("Within how many days must a recipient report a breach to the data owner?"),
        min_value=1,
        max_value=365,
        required=False,
        help_text=_("Leave it empty if state law has no such limit."),
    )
    inspection_days = forms.IntegerField(
        label=_("Within how many days must a family see its child's record?"),
        min_value=1,
        max_value=45,
        required=False,
        help_text=_("Calendar days. Leave it empty if only the 45 days of federal law count."),
    )
    amendment_days = forms.IntegerField(
        label=_("Within how many days must a request to correct a record be decided?"),
        min_value=1,
        max_value=365,
        required=False,
        help_text=_("Calendar days. Leave it empty if state law has no such limit."),
    )
    expires_on = forms.DateField(
        label=_("These answers count through"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("At most three years from today. Deadlines shows this day."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_expires_on(self) -> date:
        """Refuse a day that has passed, or that is too far away."""
        day = cast("date", self.cleaned_data["expires_on"])
        if day < self._today:
            raise forms.ValidationError(_("Enter a day in the future."))
        if day > self._today.replace(year=self._today.year + _MAX_REVIEW_YEARS, day=1) + timedelta(
            days=self._today.day - 1
        ):
            raise forms.ValidationError(_("Enter a day within three years from today."))
        return day

    def get_answers(self) -> dict[str, Any]:
        """Return the answers by field of the review, as JSON values."""
        names = (
            "bases",
            "purposes",
            "classes",
            "rows_leave",
            "consents_kept",
            "custodian_signs",
            "required_clauses",
            "breach_notice_days",
            "inspection_days",
            "amendment_days",
        )
        ages = {
            special.value: self.cleaned_data[field]
            for special, field in _MINOR_AGE_FIELDS.items()
            if self.cleaned_data[field] is not None
        }
        return {"minor_consents": ages, **{name: self.cleaned_data[name] for name in names}}

    @staticmethod
    def build_initial(answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return earlier answers as initial values of the form."""
        ages = answers.get("minor_consents", {})
        minor_ages = {field: ages.get(special) for special, field in _MINOR_AGE_FIELDS.items()}
        return {**answers, **minor_ages}


_SAFEGUARD_LABELS = {
    SecurityCondition.SECURITY_PLAN: _("Written security plan"),
    SecurityCondition.YEARLY_ASSESSMENT: _("Yearly security assessment"),
    SecurityCondition.ENCRYPTED_TRANSFER: _("Encryption in transit"),
    SecurityCondition.ENCRYPTED_STORAGE: _("Encryption at rest"),
    SecurityCondition.ENCRYPTED_BACKUPS: _("Encrypted backups"),
    SecurityCondition.SECOND_FACTOR: _("Multi-factor authentication"),
    SecurityCondition.ACCESS_BY_ROLE: _("Access by role"),
    SecurityCondition.ACCESS_LOG: _("Access log"),
    SecurityCondition.NO_PORTABLE_MEDIA: _("No portable media"),
    SecurityCondition.HOSTED_IN_COUNTRY: _("Hosting in the United States"),
    SecurityCondition.SEPARATE_STORAGE: _("Separate storage"),
    SecurityCondition.INCIDENT_PLAN: _("Incident response plan"),
    SecurityCondition.OUTSIDE_TEST: _("Independent security test"),
}


class ControlForm(forms.Form):
    """A protection that a service provider has."""

    name = forms.CharField(label=_("Security control"), max_length=160)
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=300,
        help_text=_("For example: an audit report with its date, a certificate, a setting."),
    )
    seen_on = forms.DateField(
        label=_("Date reviewed"),
        widget=forms.DateInput(attrs={"type": "date"}),
        initial=timezone.localdate,
    )
    safeguard = forms.ChoiceField(
        label=_("Safeguard that agreements require"),
        required=False,
        choices=[
            ("", _("None of these")),
            *((condition, _SAFEGUARD_LABELS[condition]) for condition in SecurityCondition),
        ],
        help_text=_("Choose it if this evidence confirms it."),
    )


class SubProcessorForm(forms.Form):
    """A subcontractor to which a service provider passes data."""

    name = forms.CharField(label=_("Name"), max_length=160)
    service = forms.CharField(label=_("Service"), max_length=200)
    place = forms.CharField(label=_("Data location"), max_length=120)


class DataToolForm(forms.ModelForm[DataTool]):
    """A tool that an organization uses."""

    class Meta:
        model = DataTool
        fields = ("organization", "name", "used_for", "yearly_cost", "contact")


class ToolConnectionForm(forms.ModelForm[ToolConnection]):
    """Data that go from one tool to another."""

    class Meta:
        model = ToolConnection
        fields = ("source", "target", "carries", "method")

    def clean(self) -> dict[str, Any]:
        """Refuse a tool that is connected with itself."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("source") and data.get("source") == data.get("target"):
            self.add_error("target", _("Choose another tool."))
        return data
