"""Put the codes of releases into words, in the reader's language."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from cairn.data.identity.api import LinkageCaveat, describe_linkage_caveat
from cairn.outputs.releases import merged_groups
from cairn.outputs.releases.figures import (
    NO_VALUE_ON_RECORD,
    FigureCount,
    MeasureAmount,
    PercentBand,
)
from cairn.policy.vocabulary import LegalBasis
from cairn.sdc.options import Statistic
from cairn.sdc.tables import format_percent_band
from cairn.warehouse import measures
from cairn.warehouse.exporters import ALL_GROUPS

__all__ = [
    "CHILDREN_EXCLUDED",
    "GENDER_CODES",
    "describe_caveat",
    "describe_cohort",
    "describe_merged_groups",
    "format_amount",
    "format_child_count",
    "format_figure",
    "format_figure_with_unit",
    "format_group_size",
    "format_percent",
    "label_breakdown",
    "label_gender",
    "label_legal_basis",
    "label_program",
    "label_race",
    "label_school",
    "label_table",
    "label_value",
    "localize_text",
    "sort_group_values",
    "sort_races",
    "sort_values",
]

_RACE_LABELS = {
    "american_indian": gettext_lazy("American Indian or Alaska Native"),
    "asian": gettext_lazy("Asian"),
    "black": gettext_lazy("Black"),
    "hispanic": gettext_lazy("Hispanic or Latino"),
    "pacific_islander": gettext_lazy("Pacific Islander"),
    "two_or_more": gettext_lazy("Two or more races"),
    "white": gettext_lazy("White"),
    NO_VALUE_ON_RECORD: gettext_lazy("Not reported"),
    ALL_GROUPS: gettext_lazy("All children"),
}

_GENDER_LABELS = {
    "F": gettext_lazy("Girls"),
    "M": gettext_lazy("Boys"),
    "X": gettext_lazy("Another gender"),
    NO_VALUE_ON_RECORD: gettext_lazy("Not reported"),
    ALL_GROUPS: gettext_lazy("All genders"),
}

_LEGAL_BASIS_LABELS = {
    LegalBasis.CONSENT: gettext_lazy("Written consent (34 CFR 99.30)"),
    LegalBasis.SCHOOL_OFFICIAL: gettext_lazy(
        "Services for the school, under its direct control (34 CFR 99.31(a)(1)(i)(B))"
    ),
    LegalBasis.STUDIES: gettext_lazy("A study to improve instruction (34 CFR 99.31(a)(6))"),
    LegalBasis.AUDIT_EVALUATION: gettext_lazy(
        "Evaluation of education programs (34 CFR 99.31(a)(3) and 99.35)"
    ),
    LegalBasis.DIRECTORY: gettext_lazy("Directory information (34 CFR 99.31(a)(11) and 99.37)"),
    LegalBasis.TRANSFER: gettext_lazy("Transfer to another school (34 CFR 99.31(a)(2))"),
    LegalBasis.SUBPOENA: gettext_lazy("A court order or subpoena (34 CFR 99.31(a)(9))"),
    LegalBasis.EMERGENCY: gettext_lazy("An emergency (34 CFR 99.31(a)(10) and 99.36)"),
    LegalBasis.CHILD_WELFARE: gettext_lazy(
        "Child welfare agency responsible for the student (20 USC 1232g(b)(1)(L))"
    ),
    LegalBasis.FINANCIAL_AID: gettext_lazy("Financial aid (34 CFR 99.31(a)(4))"),
    LegalBasis.ACCREDITATION: gettext_lazy("Accreditation (34 CFR 99.31(a)(7))"),
    LegalBasis.JUVENILE_JUSTICE: gettext_lazy(
        "Juvenile justice, under a state law (34 CFR 99.31(a)(5) and 99.38)"
    ),
    LegalBasis.TREATMENT: gettext_lazy("Treatment (45 CFR 164.506(c)(2))"),
    LegalBasis.IMMUNIZATION_PROOF: gettext_lazy(
        "Proof of immunization to a school (45 CFR 164.512(b)(1)(vi))"
    ),
    LegalBasis.RESEARCH_WAIVER: gettext_lazy(
        "Research with a waiver of authorization (45 CFR 164.512(i))"
    ),
    LegalBasis.DE_IDENTIFIED: gettext_lazy("De-identified records (34 CFR 99.31(b))"),
    LegalBasis.HIPAA_AUTHORIZATION: gettext_lazy("A HIPAA authorization (45 CFR 164.508)"),
    LegalBasis.BUSINESS_ASSOCIATE: gettext_lazy(
        "A business associate agreement (45 CFR 164.504(e))"
    ),
    LegalBasis.LIMITED_DATA_SET: gettext_lazy("A limited data set (45 CFR 164.514(e))"),
    LegalBasis.PART2_CONSENT: gettext_lazy("A substance use treatment consent (42 CFR 2.31)"),
    LegalBasis.OWN_RECORDS: gettext_lazy("The partner's own records, shared by written agreement"),
    LegalBasis.PUBLIC_DATA: gettext_lazy("Data that were already public"),
    LegalBasis.NO_DISCLOSURE: gettext_lazy("A document that discloses nothing by itself"),
}

_STATISTIC_HEADINGS = {
    Statistic.MEAN.value: gettext_lazy("Mean"),
    Statistic.MEDIAN.value: gettext_lazy("Median"),
}

CHILDREN_EXCLUDED = "left_out"
"""The code of the caveat that children are excluded from the figures."""

RACE_CODES = tuple(_RACE_LABELS)

NAMED_RACE_CODES = tuple(one for one in _RACE_LABELS if one not in (NO_VALUE_ON_RECORD, ALL_GROUPS))
"""The codes that children can be identified with, without "not on record" and "All"."""

GENDER_CODES = tuple(_GENDER_LABELS)


def label_race(code: str) -> str:
    """Label a code of race and ethnicity.

    A merged group is named by all groups in it, in their usual order, so that no label hides any.

    Args:
        code: the code of a group or merged group.
    Returns:
        The label.
    """
    group_codes = sorted(merged_groups.split_merged_group(code), key=_find_race_position)
    return " + ".join(str(_RACE_LABELS.get(group_code, group_code)) for group_code in group_codes)


def sort_races(codes: Iterable[str]) -> list[str]:
    """Sort codes of race and ethnicity; a merged group comes where its first group would.

    Args:
        codes: the codes, possibly repeated.
    Returns:
        The codes, each once, in order.
    """
    return sorted(
        set(codes),
        key=lambda group_code: min(
            map(_find_race_position, merged_groups.split_merged_group(group_code))
        ),
    )


def describe_merged_groups(codes: Iterable[str]) -> list[str]:
    """Describe each merged group that occurs.

    Args:
        codes: the codes of groups.
    Returns:
        One sentence for each merged group.
    """
    return [
        _("Combined into one group: %(groups)s.") % {"groups": label_race(group_code)}
        for group_code in sort_races(codes)
        if len(merged_groups.split_merged_group(group_code)) > 1
    ]


def _find_race_position(code: str) -> int:
    return RACE_CODES.index(code) if code in RACE_CODES else len(RACE_CODES)


def label_gender(code: str) -> str:
    """Label a code of gender.

    Args:
        code: the code.
    Returns:
        The label.
    """
    return str(_GENDER_LABELS.get(code, code))


def label_school(name: str) -> str:
    """Label a school by its name, or say that no school is on record.

    Args:
        name: the name, or the value for none on record.
    Returns:
        The label.
    """
    return _("No school reported") if name == NO_VALUE_ON_RECORD else name


def label_district(name: str) -> str:
    """Label a district by its name, or say that no district is on record."""
    return _("No district reported") if name == NO_VALUE_ON_RECORD else name


def label_term(term: str) -> str:
    """Label a term or a school year by its name, to follow "the".

    Args:
        term: "2025-26 S1", "2025-26 S2" or "2025-26".
    Returns:
        The label, such as "fall term 2025-26".
    """
    template = {"S1": _("fall term %(year)s"), "S2": _("spring term %(year)s")}.get(
        term[8:], _("school year %(year)s")
    )
    return template % {"year": term[:7]}


def label_breakdown(dimension: str) -> str:
    """Label a breakdown as a heading, such as "ZIP code of residence"; a program by its name.

    Args:
        dimension: the dimension.
    Returns:
        The label; the dimension itself if Cairn no longer has it.
    """
    if not measures.is_dimension(dimension):
        breakdown = measures.load_breakdowns().get(dimension)
        return localize_text(breakdown.title) if breakdown else dimension
    return label_program(dimension) or localize_text(measures.get_breakdown(dimension).title)


def label_program(dimension: str) -> str:
    """Label the program of a dimension by its name, and by the day of a fixed cohort.

    Args:
        dimension: the dimension.
    Returns:
        The label, such as "Riverside Readers, enrolled on October 1, 2025"; empty for a dimension
        that is about no program.
    """
    return _add_cohort_day(dimension, measures.get_member_name(dimension))


def _add_cohort_day(dimension: str, label: str) -> str:
    day = measures.get_cohort_date(dimension)
    if day is None:
        return label
    return _("%(program)s, enrolled on %(day)s") % {"program": label, "day": date_format(day)}


def describe_cohort(day: date | None) -> str:
    """Describe the fixed cohort of a release to one partner.

    Args:
        day: the day on which its children were enrolled; None for no fixed cohort.
    Returns:
        The description; empty for no fixed cohort.
    """
    if day is None:
        return ""
    return _(
        "Students enrolled on %(day)s; later joiners and leavers are not added or removed. "
        "A student who joined later counts among all others."
    ) % {"day": date_format(day)}


def label_value(dimension: str, value: str) -> str:
    """Label the value of any dimension, such as "Grade 3" or "All schools".

    Args:
        dimension: the dimension.
        value: the code of the value.
    Returns:
        The label.
    """
    if dimension in _VALUE_LABELS:
        return _VALUE_LABELS[dimension](value)
    if value == NO_VALUE_ON_RECORD:
        return _("Not reported")
    values = measures.get_breakdown(dimension).values if measures.is_dimension(dimension) else ()
    label = next((localize_text(item.label) for item in values if item.code == value), value)
    if measures.get_cohort_date(dimension):
        label = _("In the cohort") if value == measures.MEMBER else _("All others")
    name = label_program(dimension)
    return f"{name}: {label.lower()}" if name else label


def sort_values(dimension: str, values: Iterable[str]) -> list[str]:
    """Sort the values of a dimension: as listed, then by code; those not on record come last.

    Args:
        dimension: the dimension.
        values: the codes, possibly repeated.
    Returns:
        The codes, each once, in order.
    """
    listed = measures.get_breakdown(dimension).values if measures.is_dimension(dimension) else ()
    codes = [item.code for item in listed]

    def find_position(value: str) -> tuple[bool, int, str]:
        position = codes.index(value) if value in codes else len(codes)
        return value == NO_VALUE_ON_RECORD, position, value

    return sorted(set(values), key=find_position)


def sort_group_values(dimension: str, values: Iterable[str]) -> list[str]:
    """Sort the values of any dimension in the order of the site, those of race and gender too.

    Args:
        dimension: the dimension.
        values: the codes, possibly repeated.
    Returns:
        The codes, each once, in order.
    """
    if dimension == "race_ethnicity":
        return sort_races(values)
    if dimension == "gender":
        values = set(values)
        listed = [code for code in _GENDER_LABELS if code in values]
        return [*listed, *sorted(values - set(listed))]
    return sort_values(dimension, values)


def format_percent(count: FigureCount) -> str:
    """Format a share in whole percent, or say that it is withheld.

    0% means none and 100% means all: a share between rounds to "<1%" or ">99%".

    A band is a range of whole percents, both ends included.

    Args:
        count: the number of children, and of those who reached the outcome.
    Returns:
        The text.
    """
    if isinstance(count, PercentBand):
        return _format_band(count)
    if count.share is not None:
        rounded = f"{100 * count.share:.0f}%"
        return (
            {"0%": "<1%", "100%": ">99%"}.get(rounded, rounded) if 0 < count.share < 1 else rounded
        )
    return "-" if count.n == 0 else _("suppressed")


def _format_band(band: PercentBand) -> str:
    if band.low is None or band.high is None:
        return _("suppressed")
    return format_percent_band(band.low, band.high).replace("-", "\N{EN DASH}")


def format_group_size(count: FigureCount) -> str:
    """Format how many children a group has: a number, or the size class of a percentage band.

    Args:
        count: the figure.
    Returns:
        The text.
    """
    if not isinstance(count, PercentBand) or count.n is not None:
        return format_child_count(count.n)
    if count.withheld:
        return _("suppressed")
    low, high = format_child_count(count.size_low), count.size_high
    if high is None:
        return _("more than %(n)s") % {"n": format_child_count(count.size_low - 1)}
    return _("%(low)s to %(high)s") % {"low": low, "high": format_child_count(high)}


def format_amount(value: Decimal | None) -> str:
    """Format an amount with the decimals that it is rounded to, or say that it is withheld.

    Args:
        value: the amount; None if withheld.
    Returns:
        The text.
    """
    if value is None:
        return _("suppressed")
    exponent = value.as_tuple().exponent
    decimal_places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return str(number_format(value, decimal_pos=decimal_places, use_l10n=True, force_grouping=True))


def format_figure(count: FigureCount) -> str:
    """Format the figure of a group: the share of an outcome, or the amount of a measure.

    Args:
        count: the figure.
    Returns:
        The text.
    """
    if not isinstance(count, MeasureAmount):
        return format_percent(count)
    return "-" if count.n == 0 and not count.is_count else format_amount(count.value)


def format_figure_with_unit(count: FigureCount, definition: measures.IndicatorDefinition) -> str:
    """Format the figure of a group with its unit.

    Args:
        count: the figure.
        definition: the outcome or measure.
    Returns:
        The text.
    """
    if isinstance(count, MeasureAmount) and count.is_count and count.n is not None:
        return ngettext("%(n)s child", "%(n)s children", count.n) % {"n": format_figure(count)}
    if not isinstance(count, MeasureAmount) or count.value is None or definition.measure is None:
        return format_figure(count)
    return f"{format_figure(count)} {localize_text(definition.measure.unit)}"


def label_statistic(name: str) -> str:
    """Label the statistic of a measure, as a heading."""
    return str(_STATISTIC_HEADINGS.get(name, name))


def format_child_count(number: int | None) -> str:
    """Format a number of children, or say that it is withheld.

    Args:
        number: the number; None if withheld.
    Returns:
        The text.
    """
    if number is None:
        return _("suppressed")
    return str(number_format(number, decimal_pos=0, use_l10n=True, force_grouping=True))


def localize_text(text: Mapping[str, str]) -> str:
    """Choose the text in the reader's language; English if there is no other.

    Args:
        text: the text by language code.
    Returns:
        The text.
    """
    language = (get_language() or "en").partition("-")[0]
    return text.get(language, text["en"])


def label_legal_basis(legal_basis: LegalBasis) -> str:
    """Label a legal basis in plain words with its citation.

    Args:
        legal_basis: the legal basis.
    Returns:
        The label.
    """
    return str(_LEGAL_BASIS_LABELS[legal_basis])


def describe_caveat(caveat_entry: LinkageCaveat | str) -> str:
    """Describe a caveat in the reader's language.

    A sentence stored by an earlier version is returned unchanged.

    Args:
        caveat_entry: the caveat.
    Returns:
        The sentence.
    """
    if isinstance(caveat_entry, str):
        return caveat_entry
    if caveat_entry["code"] == CHILDREN_EXCLUDED:
        return _(
            "Some children are not included. Families can opt out, schools can exclude some "
            "records, and a Tribal nation decides about the data of its own children. We do not "
            "report which children, or how many."
        )
    return describe_linkage_caveat(caveat_entry)


def select_matching_caveats(caveats: Iterable[LinkageCaveat | str]) -> list[LinkageCaveat | str]:
    """Return the caveats about record matching."""
    return [
        caveat_entry
        for caveat_entry in caveats
        if isinstance(caveat_entry, str) or caveat_entry["code"] != CHILDREN_EXCLUDED
    ]


def label_table(code: str) -> str:
    """Name a table by the code of its dimensions: "by district and gender".

    Args:
        code: the dimensions, separated by commas.
    Returns:
        The label.
    """
    names = [_name_dimension(dim) for dim in code.split(",") if dim]
    return (
        _("by %(dimensions)s") % {"dimensions": _(" and ").join(names)}
        if names
        else _("county totals only")
    )


def _name_dimension(dimension: str) -> str:
    """Name a dimension as it follows "by"."""
    if not measures.is_dimension(dimension):
        return dimension
    phrase, name = (
        localize_text(measures.get_breakdown(dimension).phrase),
        measures.get_member_name(dimension),
    )
    return _add_cohort_day(dimension, f"{phrase} “{name}”") if name else phrase


_VALUE_LABELS: Final[Mapping[str, Callable[[str], str]]] = {
    "district": label_district,
    "school": label_school,
    "race_ethnicity": label_race,
    "gender": label_gender,
}
