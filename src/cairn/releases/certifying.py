"""What the attacks found of one year, as the release keeps it: counts of cells, never a cell."""

from cairn.disclosure.magnitudes.protect import Why
from cairn.releases import protecting
from cairn.releases.kept import Certificate
from cairn.releases.measuring import MeasuredYear
from cairn.releases.protecting import Year


def certificate(year: Year | MeasuredYear) -> Certificate:
    """The certificate of an outcome or of a measure."""
    return _measured(year) if isinstance(year, MeasuredYear) else _counted(year)


def _counted(year: Year) -> Certificate:
    found, why = year.published.certificate, year.published.explanation
    return Certificate(
        outcome=year.outcome,
        school_year=year.school_year,
        digest=found.digest,
        cells=len(year.published.cells),
        withheld=year.published.withheld,
        small=why.small,
        complementary=why.complementary,
        narrowest=found.narrowest,
        programs=found.programs
        + year.programs_beside
        + sum(audit.programs for audit in year.audits.values()),
        safe=found.safe,
        tried_by=[one.value for one in protecting.ASKED],
        together=sorted(sorted(those) for those in year.together),
        beside=year.beside,
        few_others=why.few_others,
        contributors=len(year.audits),
        between_two=year.between_two,
    )


def _measured(year: MeasuredYear) -> Certificate:
    """Figures are counted, each with its number of people: both are told, or neither."""
    counts, sums = year.figures.counts.certificate, year.figures.audit
    return Certificate(
        outcome=year.outcome,
        school_year=year.school_year,
        digest=counts.digest,
        cells=len(year.figures.figures),
        withheld=year.withheld,
        small=year.because(Why.FEW),
        complementary=year.because(Why.COVERS),
        narrowest=counts.narrowest,
        programs=year.programs,
        safe=counts.safe and (sums is None or sums.safe),
        tried_by=[one.value for one in protecting.ASKED],
        together=sorted(sorted(those) for those in year.together),
        beside=year.beside,
        few_others=year.because(Why.OTHERS),
        contributors=len(year.audits),
        statistic=year.statistic.value,
        asked=year.asked,
        telling=year.because(Why.END, Why.HEAVY, Why.UNSTEADY),
    )
