"""Forms of intake: a file with its description, and the columns of a feed."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.data.intake.delivery_columns import DeliveryColumn
from cairn.data.intake.delivery_parts import normalize_part_name
from cairn.data.intake.facts import needs_student_keys
from cairn.data.intake.models import LINK_DAYS, PART_LENGTH
from cairn.data.intake.proposals import extract_dates
from cairn.data.intake.proposals.layout_proposal import (
    DAY_CELLS,
    PERIOD_CELLS,
    ProposedCode,
    ProposedColumn,
    find_assessment_layout,
)
from cairn.governance.agreements.api import AgreementListing
from cairn.governance.partners.api import Organization
from cairn.policy.checks import may_person_upload
from cairn.policy.vocabulary import PartyRole
from cairn.warehouse import schema
from cairn.warehouse.file_parts import list_part_columns

CHANGE_FIELDS = ("changes_as_of", "delete_column", "delete_values")
VERSION_FIELDS = ("extract_date", "zip_password", *CHANGE_FIELDS, "layout_file")
"""The fields that fold, because most files need none of them."""
_ASSESSMENT = "assessment"
_DETECT_CHOICE = ("", _("Detect from the columns"))


class CorrectionForm(forms.Form):
    """A correction file that comes back."""

    file = forms.FileField(
        label=_("Corrected file"),
        allow_empty_file=True,
        help_text=_("The correction file, as Excel or CSV, with the same columns."),
    )


def _build_layout_field() -> forms.FileField:
    return forms.FileField(
        label=_("Layout of a file of fixed width"),
        required=False,
        help_text=_(
            "Only for a text file without separators. The table that its maker publishes, as CSV "
            "or Excel: a row for each column, with Name, Start, and Length or End."
        ),
    )


def _build_password_field() -> forms.CharField:
    """Ask for the password of a zip file; the page never shows it again."""
    return forms.CharField(
        label=_("Password of the zip file"),
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Only for a zip file with a password. Cairn does not keep it."),
    )


def refuse_future_day(day: date | None) -> date | None:
    """Return a day; refuse one that is still to come."""
    if day and day > timezone.localdate():
        raise forms.ValidationError(_("This day is in the future."))
    return day


class ExtractDateForm(forms.Form):
    """The day that a held file describes, as a person confirms it; blank to leave it."""

    extract_date = forms.DateField(
        label=_("Data as of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The day that the data describe. Check it, or leave it blank."),
    )

    def clean_extract_date(self) -> date | None:
        """Refuse a day to come."""
        return refuse_future_day(self.cleaned_data["extract_date"])


class UploadForm(forms.Form):
    """One file, its sender, its agreement, and what it is."""

    organization = forms.ModelChoiceField(
        queryset=Organization.objects.none(),
        to_field_name="slug",
        label=_("Organization that provides the data"),
        empty_label=None,
    )
    agreement = forms.ChoiceField(
        label=_("Agreement"),
        help_text=_(
            "The agreement under which you send this file. Some agreements name the people who may "
            "upload files."
        ),
    )
    feed = forms.SlugField(
        label=_("Data set name"),
        max_length=60,
        help_text=_("A short name, such as roster or attendance. Use the same name each time."),
        widget=forms.TextInput(attrs={"list": "feeds", "autocomplete": "off"}),
    )
    period = forms.CharField(
        label=_("Period"),
        max_length=40,
        help_text=_(
            "A school year such as 2025-26, or a month. A new file for the same period and part "
            "replaces the earlier one."
        ),
    )
    part = forms.CharField(
        label=_("Part"),
        required=False,
        max_length=PART_LENGTH,
        help_text=_(
            "Leave blank if the file holds everything for the period. Otherwise name the part "
            "that it holds, such as a site, a school or a day. Files of different parts all count."
        ),
    )
    record = forms.ChoiceField(
        label=_("Record type"),
        required=False,
        help_text=_("Choose one only if Cairn cannot detect it from the columns."),
    )
    synthetic = forms.CharField(
        label=_("Pilots only: how the synthetic data were made"),
        required=False,
        help_text=_("For a pilot agreement only. Leave this blank for data about real students."),
    )
    extract_date = forms.DateField(
        label=_("Data as of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_(
            "The day that the data describe, such as the day of the export. Then a newer file "
            "replaces an older one, and an older one waits."
        ),
    )
    changes_as_of = forms.DateField(
        label=_("Only changes: day of the export"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_(
            "Leave blank if the file has all rows. If it has only rows that were added, changed or "
            "deleted since the last file, give the day of its export."
        ),
    )
    delete_column = forms.CharField(
        label=_("Column that marks deleted rows"),
        required=False,
        max_length=100,
        help_text=_("For example Action. Leave blank for OneRoster, or if no rows are deleted."),
    )
    delete_values = forms.CharField(
        label=_("Text that means deleted"),
        required=False,
        max_length=100,
        help_text=_("For example D. Separate several with commas."),
    )
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_(
            "CSV or Excel, or a zip file of these. OneRoster, Ed-Fi XML and files that "
            "“cairn encode” wrote also work."
        ),
    )
    zip_password = _build_password_field()
    layout_file = _build_layout_field()

    def __init__(
        self,
        *args: Any,
        organizations: Iterable[Organization],
        agreements: Iterable[AgreementListing],
        last_agreement: str = "",
        sender_email: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        slugs = [organization.pk for organization in organizations]
        self._choices("organization").queryset = Organization.objects.filter(pk__in=slugs)
        # A file comes under one part of an agreement with parts, never under the whole.
        listings = [listing for listing in agreements if not listing.terms.parts]
        senders = {organization.slug for organization in self._choices("organization").queryset}
        listings.sort(
            key=lambda entry: _rank_agreement(entry, senders, last_agreement, sender_email)
        )
        self._choices("agreement").choices = [
            (entry.row.reference, str(entry.row)) for entry in listings
        ]
        if not any(entry.terms.pilot for entry in listings):
            del self.fields["synthetic"]
        record_choices = [
            (record.name, record.title) for record in schema.load_element_catalogue().values()
        ]
        self._choices("record").choices = [_DETECT_CHOICE, *record_choices]

    def clean_part(self) -> str:
        """Write the part in its one spelling."""
        typed = self.cleaned_data["part"]
        part = normalize_part_name(typed)
        if typed and not part:
            raise forms.ValidationError(_("Write a name with letters or digits."))
        return part

    def clean_changes_as_of(self) -> date | None:
        """Refuse a day to come."""
        return refuse_future_day(self.cleaned_data["changes_as_of"])

    def clean_extract_date(self) -> date | None:
        """Refuse a day to come."""
        return refuse_future_day(self.cleaned_data["extract_date"])

    def clean(self) -> dict[str, Any]:
        """Ask for the rest of a deletion mark, and for the day of changes that have one."""
        data: dict[str, Any] = super().clean() or {}
        column, values = data.get("delete_column"), data.get("delete_values")
        if bool(column) != bool(values):
            missing = "delete_values" if column else "delete_column"
            self.add_error(missing, _("Fill in both, or neither."))
        if column and not data.get("changes_as_of") and "changes_as_of" not in self.errors:
            self.add_error("changes_as_of", _("Give the day of the export of the changes."))
        return data

    def get_deletion_mark(self) -> schema.DeletionMark | None:
        """Return how deleted rows are marked; None where the form does not say."""
        values = [text.strip() for text in self.cleaned_data["delete_values"].split(",")]
        texts = tuple(text for text in values if text)
        return schema.DeletionMark(self.cleaned_data["delete_column"], texts) if texts else None

    @property
    def agreement_choices(self) -> list[tuple[str, str]]:
        """Each agreement under which a file can come: its reference and its title."""
        return list(self._choices("agreement").choices)

    @property
    def whole_file_fields(self) -> list[forms.BoundField]:
        """The fields that every file needs."""
        return [field for field in self if field.name not in VERSION_FIELDS]

    @property
    def version_fields(self) -> list[forms.BoundField]:
        """The day of the data, and the fields of a file that has only changes."""
        return [field for field in self if field.name in VERSION_FIELDS]

    @property
    def has_version_values(self) -> bool:
        """Whether any of these fields is filled in or has an error."""
        return any(field.value() or field.errors for field in self.version_fields)

    def _choices(self, name: str) -> Any:
        return self.fields[name]


def _rank_agreement(
    entry: AgreementListing, senders: AbstractSet[str], last_agreement: str, sender_email: str
) -> tuple[bool, ...]:
    """Rank an agreement for the list: what fits a file first, of these the one of the last upload.

    An agreement fits if it is in force and does not name other people as those who upload.

    A program is often a recipient too, so agreements under which it sends come before the others.
    Where families' consents decide, a file has only the rows of some students: those come later.
    """
    sends = bool(senders & entry.terms.list_organizations(PartyRole.PROVIDER))
    fits = sends and entry.standing.allowed and may_person_upload(entry.terms, sender_email)
    is_last = entry.row.reference == last_agreement
    return (not fits, not sends, needs_student_keys(entry.terms), not is_last)


class FileRequestForm(UploadForm):
    """A request for one file: what `UploadForm` asks, without the file, and who is to send it."""

    name = forms.CharField(label=_("Name of the person who has the file"), max_length=160)
    email = forms.EmailField(
        label=_("Their email address"),
    )
    language = forms.ChoiceField(
        label=_("Language of the email"), choices=settings.LANGUAGES, required=False
    )
    due_on = forms.DateField(
        label=_("Due date"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("At most 14 days from today. The link ends after 14 days."),
    )

    field_order = (
        *("organization", "agreement", "record", "feed", "period", "part", "synthetic"),
        *("name", "email", "language", "due_on"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        for name in ("file", *VERSION_FIELDS):
            del self.fields[name]
        record = self._choices("record")
        record.required, record.help_text = True, ""
        record.choices = [("", _("Choose what one row is about")), *record.choices[1:]]
        self._choices("agreement").help_text = _("The agreement under which they send the file.")

    def clean_email(self) -> str:
        """Write the address in lower case, as agreements name people."""
        return str(self.cleaned_data["email"]).lower()

    def clean_due_on(self) -> date:
        """Refuse a date on which the link does not work."""
        due_on: date = self.cleaned_data["due_on"]
        if not self._today <= due_on <= self._today + timedelta(days=LINK_DAYS):
            raise forms.ValidationError(_("Choose a date from today to 14 days from today."))
        return due_on


class RequestedFileForm(forms.Form):
    """The one file of a request."""

    file = forms.FileField(
        label=_("Your file"),
        allow_empty_file=True,
        help_text=_("CSV or Excel, or a zip file of these. Drop it here, or choose it."),
    )
    zip_password = _build_password_field()
    layout_file = _build_layout_field()
    extract_date = forms.DateField(
        label=_("Data as of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The day that the data describe. Leave it blank if you do not know it."),
    )

    def clean_extract_date(self) -> date | None:
        """Refuse a day to come."""
        return refuse_future_day(self.cleaned_data["extract_date"])


class ColumnsForm(forms.Form):
    """The target of each column of a feed: one choice a column, named `column-0`, `column-1` …"""

    def __init__(
        self,
        *args: Any,
        columns: Sequence[DeliveryColumn],
        record: schema.RecordType,
        file_name: str = "",
        date_source: schema.DateSource | None = None,
    ) -> None:
        super().__init__(*args)
        self.columns = columns
        self.fields["date_source"] = _build_date_source_field(
            file_name,
            [column.name for column in columns],
            extract_dates.write_date_source(date_source),
        )
        for index, column in enumerate(columns):
            self.fields[f"column-{index}"] = forms.ChoiceField(
                label=column.name,
                required=False,
                choices=_list_target_choices(column.target, record),
                initial=column.target,
            )

    def get_mapped_columns(self) -> Mapping[str, str]:
        """Return source column → target, for the columns that were given one."""
        chosen = {
            column.name: self.cleaned_data[f"column-{index}"]
            for index, column in enumerate(self.columns)
        }
        return {name: target for name, target in chosen.items() if target}

    @property
    def column_fields(self) -> list[Any]:
        """The field of each column."""
        return [self[f"column-{index}"] for index in range(len(self.columns))]

    def get_date_source(self) -> schema.DateSource | None:
        """Return where the files say the day of their data; None if they do not."""
        return extract_dates.read_date_source(self.cleaned_data["date_source"])


LEAVE_BLANK = "-"
"""The choice that leaves the cells with a spelling blank; a code is never a sign."""

_JOINED_CELLS = (DAY_CELLS, PERIOD_CELLS)
_JOINT_RULES = {
    schema.TIME_IN_RULE: _("%(label)s: time in"),
    schema.TIME_OUT_RULE: _("%(label)s: time out"),
    schema.PERIOD_RULE: _("%(label)s of a class period"),
    schema.CLASS_PERIOD_RULE: _("Class period of the row"),
}
_LEVEL_CHOICES = (
    ("", _("Not decided")),
    ("yes", _("Meets the standard")),
    ("no", _("Does not meet the standard")),
    (LEAVE_BLANK, _("Neither")),
)


_LEVEL_MISSING = _("Say for each performance level whether it meets the standard, or for none.")


class ColumnProposalForm(forms.Form):
    """How a file is read: its record type, the targets of columns, and the codes of spellings.

    Columns are named `column-0`, `column-1` …, codes `code-0`, `code-1` …
    """

    def __init__(  # noqa: PLR0913 - each is one part of the proposal
        self,
        *args: Any,
        mapping: schema.ColumnMapping,
        columns: Sequence[ProposedColumn],
        codes: Sequence[ProposedCode],
        id_candidates: Sequence[str],
        file_name: str = "",
        extract_date: date | None = None,
        date_hint: str = "",
        date_source: str = "",
        sent_dates: Mapping[str, str] = MappingProxyType({}),
        class_periods: int = 0,
        period: str = "",
        period_hint: str = "",
    ) -> None:
        super().__init__(*args)
        self.mapping, self._columns = mapping, columns
        self._codes = [code for code in codes if code.field != schema.LEVEL_FIELD]
        self._levels = [code for code in codes if code.field == schema.LEVEL_FIELD]
        self._consent_rules = [rule for rule in mapping.filters if rule.name == schema.CONSENT_RULE]
        self._drops_incomplete = any(
            rule.name == schema.INCOMPLETE_RULE for rule in mapping.filters
        )
        record = mapping.type
        self.fields["record"] = forms.ChoiceField(
            label=_("Record type"),
            help_text=_("What one row of the file is about."),
            choices=[
                (entry.name, entry.title) for entry in schema.load_element_catalogue().values()
            ],
            initial=record.name,
        )
        if period_hint:
            self.fields["period"] = forms.CharField(
                label=_("Period"), max_length=40, initial=period, help_text=period_hint
            )
        hint = _("The day that the data describe. Leave blank if you do not know it.")
        self.fields["extract_date"] = forms.DateField(
            label=_("Data as of"),
            required=False,
            initial=extract_date,
            widget=forms.DateInput(attrs={"type": "date"}),
            help_text=f"{date_hint} {hint}".strip(),
        )
        self.fields["date_source"] = _build_date_source_field(
            file_name, [column.name for column in columns], date_source, sent_dates
        )
        if part_columns := self._list_part_columns():
            self.fields["part_column"] = forms.ChoiceField(
                label=_("Does the file hold several parts, such as sites or schools?"),
                help_text=_(
                    "Choose the column that names the part of each row. Then the file replaces "
                    "only the parts that it holds."
                ),
                required=False,
                choices=[
                    ("", _("No, it is one part")),
                    *((name, name) for name in part_columns),
                ],
                initial=mapping.part,
            )
        if id_candidates:
            self.fields["id_column"] = forms.ChoiceField(
                label=_("Which column is your own student ID?"),
                help_text=_(
                    "The ID that your organization uses for its students. A number that a vendor "
                    "or the state assigned is another one."
                ),
                choices=[("", _("Choose a column")), *((name, name) for name in id_candidates)],
            )
        if mapping.wide:
            self.fields["day_cells"] = forms.ChoiceField(
                label=_("What do the cells below the days say?"),
                help_text=_describe_day_year(mapping.wide),
                choices=_list_day_choices(mapping.wide.value, record),
                initial=mapping.wide.value,
            )
        if mapping.has_class_periods:
            columns_used = [*mapping.list_joint_columns().values()].count(schema.PERIOD_RULE)
            periods = columns_used or max(1, class_periods)
            self.fields["absent_from"] = forms.TypedChoiceField(
                label=_(
                    "In how many periods must a student be absent for the day to be an absence?"
                ),
                help_text=_("With fewer, the student attended part of the day."),
                choices=[("", _("Choose a number")), *((n, n) for n in range(1, periods + 1))],
                coerce=int,
                initial=mapping.periods.absent_from if mapping.periods else "",
            )
        for index, rule in enumerate(self._consent_rules):
            self.fields[f"consent-{index}"] = forms.BooleanField(
                label=_(
                    "“%(question)s” asks for consent: leave out respondents who did not give it."
                )
                % {"question": rule.column},
                help_text=_("Clear the box only if the question is about something else."),
                required=False,
                initial=True,
            )
        if self._drops_incomplete:
            self.fields["drops_incomplete"] = forms.BooleanField(
                label=_("Leave out incomplete responses."),
                help_text=_("Clear the box to keep what these respondents answered."),
                required=False,
                initial=True,
            )
        for index, column in enumerate(columns):
            if column.is_fixed:
                continue
            self.fields[f"column-{index}"] = forms.ChoiceField(
                label=column.name,
                required=False,
                choices=_list_target_choices(column.target, record),
                initial=column.target,
            )
        self._add_code_fields(record)

    def _add_code_fields(self, record: schema.RecordType) -> None:
        """Add the questions about texts: levels and codes, and the name of the assessment."""
        if _ASSESSMENT in record.fields and self._can_name_assessment():
            layout = find_assessment_layout([c.name for c in self._columns], self.mapping)
            text = _("The layout of the file says so: %(layout)s. Each result gets this name.")
            unnamed = _("No column says so. Each result gets this name.")
            self.fields["assessment_title"] = forms.CharField(
                label=_("Assessment") if layout else _("Which assessment is it?"),
                required=False,
                max_length=100,
                help_text=text % {"layout": layout} if layout else unnamed,
                initial=self.mapping.constants.get(_ASSESSMENT, ""),
            )
        for index, level in enumerate(self._levels):
            self.fields[f"level-{index}"] = forms.ChoiceField(
                label=level.spelling,
                required=False,
                choices=_LEVEL_CHOICES,
                initial=LEAVE_BLANK if level.code == "" else level.code or "",
            )
        for index, code in enumerate(self._codes):
            self.fields[f"code-{index}"] = forms.ChoiceField(
                label=f"{code.column}: {code.spelling}",
                choices=[
                    ("", _("Choose a code")),
                    *(
                        (entry.code, entry.label)
                        for entry in record.fields[code.field].codes.values()
                    ),
                    (LEAVE_BLANK, _("Leave blank")),
                ],
                initial=LEAVE_BLANK if code.code == "" else code.code or "",
                error_messages={"required": _("Choose what this spelling means.")},
            )

    def _can_name_assessment(self) -> bool:
        """Return whether no column and no rule of the layout names the assessment."""
        named = {column.target for column in self._columns}
        named |= {name for group in self.mapping.results for name in group.constants}
        return _ASSESSMENT not in named

    def _list_part_columns(self) -> list[str]:
        targets = {column.name: column.target.partition(":")[0] for column in self._columns}
        covered = {targets[column.name] for column in self._columns if column.covered}
        has_periods = bool(self.mapping.class_period_column)
        found = list_part_columns(targets, targets, covered, has_class_periods=has_periods)
        own = self.mapping.part
        return [own, *found] if own and own not in found else found

    def clean_extract_date(self) -> date | None:
        """Refuse a day to come."""
        return refuse_future_day(self.cleaned_data["extract_date"])

    def clean(self) -> dict[str, Any]:
        """Refuse levels if only some were decided: each of the others has the error."""
        data: dict[str, Any] = super().clean() or {}
        names = [field.name for _level, field in self.level_rows]
        keeps_type = data.get("record") == self.mapping.record
        if keeps_type and any(data.get(name) for name in names):
            for name in names:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _LEVEL_MISSING)
        return data

    @property
    def consent_fields(self) -> list[Any]:
        """The fields that say which respondents of a survey are left out."""
        names = [f"consent-{i}" for i in range(len(self._consent_rules))]
        return [self[name] for name in (*names, *["drops_incomplete"] * self._drops_incomplete)]

    @property
    def column_rows(self) -> list[tuple[ProposedColumn, Any]]:
        """Each column with its field; None where a rule of the layout reads it."""
        return [
            (column, None if column.is_fixed else self[f"column-{i}"])
            for i, column in enumerate(self._columns)
        ]

    @property
    def level_rows(self) -> list[tuple[ProposedCode, Any]]:
        """Each performance level with its field."""
        return [(level, self[f"level-{i}"]) for i, level in enumerate(self._levels)]

    @property
    def code_rows(self) -> list[tuple[ProposedCode, Any]]:
        """Each spelling with its field."""
        return [(code, self[f"code-{i}"]) for i, code in enumerate(self._codes)]

    def build_mapping(self) -> schema.ColumnMapping:
        """Build the column mapping that was chosen; codes only of columns that keep their target.

        Raises:
            schema.MappingProblem: no column has a target, or two have the same.
        """
        data = self.cleaned_data
        grouped = self._build_columns()
        columns = grouped.columns
        targets = columns | {n: t for group in grouped.results for n, t in group.columns.items()}
        codes = {name: dict(spellings) for name, spellings in self.mapping.codes.items()}
        for index, code in enumerate(self._codes):
            choice = data[f"code-{index}"].replace(LEAVE_BLANK, "")
            is_kept = targets.get(code.column) == code.field or code.column in _JOINED_CELLS
            if is_kept and choice != code.code:
                codes.setdefault(code.field, {})[code.spelling] = choice
        part = data.get("part_column", self.mapping.part)
        source = extract_dates.read_date_source(data["date_source"])
        constants = {n: text for n, text in self.mapping.constants.items() if n != _ASSESSMENT}
        if title := data.get("assessment_title", self.mapping.constants.get(_ASSESSMENT, "")):
            constants |= {} if _ASSESSMENT in columns.values() else {_ASSESSMENT: title}
        rules = {schema.ColumnTarget.parse(text).rule for text in columns.values()}
        has_periods = bool(rules & {schema.PERIOD_RULE, schema.CLASS_PERIOD_RULE})
        absent_from = data.get("absent_from")
        mapping = replace(
            self.mapping,
            periods=schema.PeriodRule(absent_from) if has_periods and absent_from else None,
            columns=columns,
            codes=codes,
            part=part,
            results=grouped.results,
            derived=grouped.derived,
            constants=constants,
            levels=self._build_levels(),
            date_source=source,
        )
        if mapping.wide:
            mapping = replace(mapping, wide=replace(mapping.wide, value=data["day_cells"]))
        for index, rule in enumerate(self._consent_rules):
            if not data[f"consent-{index}"]:
                mapping = schema.drop_consent_rule(mapping, rule.column)
        if self._drops_incomplete and not data["drops_incomplete"]:
            mapping = schema.drop_incomplete_rules(mapping)
        return mapping

    def _build_columns(self) -> schema.GroupedColumns:
        """Build the targets of the columns; columns of several records are grouped by record.

        Raises:
            schema.MappingProblem: no column has a target.
        """
        data = self.cleaned_data
        shown = {
            column.name: data[f"column-{i}"]
            for i, column in enumerate(self._columns)
            if not column.is_fixed
        }
        columns = {n: t for n, t in self.mapping.columns.items() if n not in shown}
        columns |= {name: target for name, target in shown.items() if target}
        if own_id := data.get("id_column"):
            columns = {n: t for n, t in columns.items() if t != schema.LOCAL_ID} | {
                own_id: schema.LOCAL_ID
            }
        mapping, joined = self.mapping, {n for g in self.mapping.results for n in g.columns}
        grouped = schema.GroupedColumns(columns, mapping.results, mapping.derived)
        if mapping.list_result_sources().keys() <= shown.keys():
            grouped = schema.group_columns(mapping.record, columns)
            others = {n: rule for n, rule in mapping.derived.items() if n not in joined}
            grouped = replace(grouped, derived={**others, **grouped.derived})
        if not (grouped.columns or grouped.results):
            raise schema.MappingProblem(str(_("Choose a data element for at least one column.")))
        return grouped

    def _build_levels(self) -> dict[str, str]:
        """Build what each performance level says about the standard: all of them, or none."""
        shown = {level.spelling: self.cleaned_data[field.name] for level, field in self.level_rows}
        decided = {name: met.replace(LEAVE_BLANK, "") for name, met in shown.items() if met}
        kept = {} if shown and not decided else self.mapping.levels
        spellings = {schema.normalize_spelling(name) for name in decided}
        others = {n: m for n, m in kept.items() if schema.normalize_spelling(n) not in spellings}
        return {**others, **decided}


def _build_date_source_field(
    file_name: str,
    headings: Sequence[str],
    chosen: str,
    sent_dates: Mapping[str, str] = MappingProxyType({}),
) -> forms.ChoiceField:
    """Ask once where later files say the day of their data; each choice shows an example."""
    today = timezone.localdate()
    choices = [
        ("", _("Nowhere: the sender states it with a file, or the file is undated")),
        *(
            (f"name:{order}", _("In the name of the file, as in %(name)s") % {"name": example})
            for order, example in extract_dates.list_name_examples(file_name, today)
        ),
        *(
            (f"column:{name}", _("In the column “%(name)s”") % {"name": name})
            for name in extract_dates.list_date_columns(headings)
        ),
    ]
    if extract_dates.MODIFIED in {chosen, *sent_dates}:
        day = sent_dates.get(extract_dates.MODIFIED, "")
        text = _("In what the server says: when the records changed (Last-Modified)")
        choices.append((extract_dates.MODIFIED, f"{text} {day}".strip()))
    if chosen not in dict(choices):
        choices.append((chosen, chosen.partition(":")[2]))
    return forms.ChoiceField(
        label=_("Where do later files say the day of their data?"),
        help_text=_(
            "The newest day counts, in whatever order files arrive; an older file waits. Without a "
            "day, the file that arrives last counts if it is like the one before."
        ),
        required=False,
        choices=choices,
        initial=chosen,
    )


def _list_code_choices(element: schema.ElementField) -> list[tuple[str, Any]]:
    codes = [(entry.code, entry.label) for entry in element.codes.values()]
    return [("", _("Choose a code")), *codes, (LEAVE_BLANK, _("Leave blank"))]


def _list_minutes_choices(
    record: schema.RecordType, *, added: bool = True
) -> list[tuple[str, str]]:
    texts = {schema.MINUTES_RULE: _("%(label)s, written in minutes")}
    if added:
        texts[schema.ADDED_MINUTES_RULE] = _("%(label)s: minutes to add to the hours")
    return [
        (f"{name}:{rule}", str(text % {"label": field.label}))
        for name, field in record.fields.items()
        if field.unit == "hours"
        for rule, text in texts.items()
    ]


def _list_day_choices(value: str, record: schema.RecordType) -> list[tuple[str, Any]]:
    """List what the cells of a sheet with a column for each day can say: these, or the present."""
    choices = [
        (n, record.fields[n].label) for n in ("present", "hours", "event") if n in record.fields
    ]
    choices += _list_minutes_choices(record, added=False)
    return choices if value in dict(choices) else [*choices, (value, value)]


def _describe_day_year(wide: schema.WideLayout) -> str:
    text = _("Each filled cell becomes a row.")
    if not wide.school_year:
        return str(text)
    year = _("Days without a year are of the school year %(year)s, the period of this file.")
    return f"{text} {year % {'year': wide.school_year}}"


def _list_target_choices(target: str, record: schema.RecordType) -> list[tuple[str, str]]:
    """List what a column can be: nothing, a field, a whole name, or its present rule."""
    field_choices = [(name, field.label) for name, field in record.fields.items()]
    name_choices = [
        ("name:last_first", str(_("Full name, as Last, First Middle"))),
        ("name:first_last", str(_("Full name, as First Middle Last"))),
    ]
    choices = [("", str(_("Do not import"))), *field_choices, *_list_minutes_choices(record)]
    choices += [
        (f"{name}:{rule}", str(text % {"label": field.label}))
        for name, field in record.fields.items()
        for rule, text in _JOINT_RULES.items()
        if schema.has_mapping_rule(field, rule)
    ]
    if {"given_name", "family_name"} <= record.fields.keys():
        choices += name_choices
    if target and target not in dict(choices):
        choices.append((target, target.replace(":", ": ")))
    return choices
