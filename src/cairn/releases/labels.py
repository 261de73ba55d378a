"""Codes → words, in the reader's language."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cairn.disclosure.magnitudes.statistic import Statistic
from cairn.linkage import queries as linkage
from cairn.linkage.queries import Caveat
from cairn.releases import groups
from cairn.releases.figures import NOT_ON_RECORD, Amount, Count
from cairn.rules.vocabulary import LegalBasis
from cairn.warehouse.outcomes import OutcomeDefinition
from cairn.warehouse.released import ALL

_RACES = {
    "american_indian": gettext_lazy("American Indian or Alaska Native"),
    "asian": gettext_lazy("Asian"),
    "black": gettext_lazy("Black"),
    "hispanic": gettext_lazy("Hispanic or Latino"),
    "pacific_islander": gettext_lazy("Pacific Islander"),
    "two_or_more": gettext_lazy("Two or more races"),
    "white": gettext_lazy("White"),
    NOT_ON_RECORD: gettext_lazy("Not on record"),
    ALL: gettext_lazy("All children"),
}
_GENDERS = {
    "F": gettext_lazy("Girls"),
    "M": gettext_lazy("Boys"),
    "X": gettext_lazy("Another gender"),
    NOT_ON_RECORD: gettext_lazy("Not on record"),
    ALL: gettext_lazy("All genders"),
}
_BASES = {
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
    LegalBasis.CHILD_WELFARE: gettext_lazy("A child-welfare agency's care (20 USC 1232g(b)(1)(L))"),
    LegalBasis.DE_IDENTIFIED: gettext_lazy("De-identified records (34 CFR 99.31(b))"),
    LegalBasis.HIPAA_AUTHORIZATION: gettext_lazy("A HIPAA authorization (45 CFR 164.508)"),
    LegalBasis.BUSINESS_ASSOCIATE: gettext_lazy(
        "A business associate agreement (45 CFR 164.504(e))"
    ),
    LegalBasis.LIMITED_DATA_SET: gettext_lazy("A limited data set (45 CFR 164.514(e))"),
    LegalBasis.PART2_CONSENT: gettext_lazy("A substance use treatment consent (42 CFR 2.31)"),
    LegalBasis.OWN_RECORDS: gettext_lazy("The partner's own records, shared by written agreement"),
    LegalBasis.PUBLIC_DATA: gettext_lazy("Data that were public already"),
    LegalBasis.NO_DISCLOSURE: gettext_lazy("A document that discloses nothing by itself"),
}
_STATISTICS = {
    Statistic.MEAN.value: gettext_lazy("Mean"),
    Statistic.MEDIAN.value: gettext_lazy("Median"),
}
LEFT_OUT = "left_out"
"""The caveat that children are left out of the figures."""
RACES = tuple(_RACES)
NAMED_RACES = tuple(one for one in _RACES if one not in (NOT_ON_RECORD, ALL))
"""Those by which children call themselves."""
GENDERS = tuple(_GENDERS)


def race(code: str) -> str:
    """A code of race and ethnicity in words. Groups that are counted as one are called by all of
    them, in the order in which they would stand: no word hides who is in it."""
    found = sorted(groups.members(code), key=_place)
    return " + ".join(str(_RACES.get(one, one)) for one in found)


def races(found: Iterable[str]) -> list[str]:
    """Those codes of race and ethnicity that occur, in their order; a merged group stands where the
    first of those in it would."""
    return sorted(set(found), key=lambda one: min(map(_place, groups.members(one))))


def together(found: Iterable[str]) -> list[str]:
    """Of each merged group that occurs, that its groups are counted as one."""
    return [
        _("Counted as one group: %(groups)s.") % {"groups": race(one)}
        for one in races(found)
        if len(groups.members(one)) > 1
    ]


def _place(code: str) -> int:
    return RACES.index(code) if code in RACES else len(RACES)


def gender(code: str) -> str:
    """A code of gender in words."""
    return str(_GENDERS.get(code, code))


def school(name: str) -> str:
    """A school by its name; children without one are said to be so."""
    return _("No school on record") if name == NOT_ON_RECORD else name


def district(name: str) -> str:
    """A district by its name; children without one are said to be so."""
    return _("No district on record") if name == NOT_ON_RECORD else name


def percent(count: Count) -> str:
    """A share in whole percent, or the word that stands for a withheld one. Only no one is 0%, and
    only everyone 100%."""
    if count.share is not None:
        whole = f"{100 * count.share:.0f}%"
        return {"0%": "<1%", "100%": ">99%"}.get(whole, whole) if 0 < count.share < 1 else whole
    return "-" if count.n == 0 else _("withheld")


def amount(value: Decimal | None) -> str:
    """What children have, with as many decimals as it is rounded to, or the word for a withheld
    one."""
    if value is None:
        return _("withheld")
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return str(number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True))


def figure(count: Count) -> str:
    """The figure of a group: a share of an outcome, or what its children have."""
    if not isinstance(count, Amount):
        return percent(count)
    return "-" if count.n == 0 else amount(count.value)


def in_units(count: Count, definition: OutcomeDefinition) -> str:
    """The same with its unit, where it stands alone."""
    if not isinstance(count, Amount) or count.value is None or definition.measure is None:
        return figure(count)
    return f"{figure(count)} {spoken(definition.measure.unit)}"


def statistic(name: str) -> str:
    """What is told of a measure, as a heading."""
    return str(_STATISTICS.get(name, name))


def people(number: int | None) -> str:
    """A number of children with its thousands apart, or the word for a withheld one."""
    if number is None:
        return _("withheld")
    return str(number_format(number, decimal_pos=0, use_l10n=True, force_grouping=True))


def spoken(text: Mapping[str, str]) -> str:
    """A definition's text in the reader's language; English where it has no other."""
    language = (get_language() or "en").partition("-")[0]
    return text.get(language, text["en"])


def basis(found: LegalBasis) -> str:
    """A legal basis in plain words with its citation."""
    return str(_BASES[found])


def caveat(one: Caveat | str) -> str:
    """A caveat in the reader's language; a sentence that an earlier version kept, as it is."""
    if isinstance(one, str):
        return one
    if one["code"] == LEFT_OUT:
        return _(
            "Some children are left out: families may decline, schools keep some records back, and "
            "a tribal nation decides about its own children's data. Nobody is told which, or how "
            "many."
        )
    return linkage.said(one)


def of_linkage(caveats: Iterable[Caveat | str]) -> list[Caveat | str]:
    """The caveats about how children were told apart."""
    return [one for one in caveats if isinstance(one, str) or one["code"] != LEFT_OUT]
