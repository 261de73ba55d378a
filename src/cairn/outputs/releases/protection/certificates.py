"""Summarize the audits of one year as a stored certificate: counts of cells, never a cell."""

from cairn.outputs.releases.json_fields import YearCertificate
from cairn.outputs.releases.protection import counts
from cairn.outputs.releases.protection.bands import ProtectedBandYear
from cairn.outputs.releases.protection.counts import ProtectedOutcomeYear
from cairn.outputs.releases.protection.measures import ProtectedMeasureYear
from cairn.sdc.magnitudes import FigureReason
from cairn.sdc.options import ReleaseMethod

ProtectedYear = ProtectedOutcomeYear | ProtectedBandYear | ProtectedMeasureYear


def build_year_certificate(year: ProtectedYear) -> YearCertificate:
    """Return the certificate of a protected outcome or measure."""
    if isinstance(year, ProtectedBandYear):
        return _build_band_certificate(year)
    return (
        _build_measure_certificate(year)
        if isinstance(year, ProtectedMeasureYear)
        else _build_outcome_certificate(year)
    )


def _build_band_certificate(year: ProtectedBandYear) -> YearCertificate:
    """Count groups. A blank of at least the minimum protects another group."""
    audit, cells = year.bands.certificate, tuple(year.cells())
    withheld = sum(cell.withheld for cell in cells)
    small = sum(
        not group.tells and group.size[1] < year.rule.minimum for group in year.bands.groups
    )
    return YearCertificate(
        outcome=year.outcome,
        school_year=year.school_year,
        digest=audit.digest,
        cells=len(cells),
        withheld=withheld,
        small=small,
        complementary=withheld - small,
        narrowest=audit.narrowest,
        programs=audit.programs,
        safe=audit.safe,
        tried_by=[attacker.value for attacker in counts.ATTACKERS_TRIED],
        together=sorted(sorted(merged_values) for merged_values in year.together),
        beside=year.beside,
        few_others=0,
        contributors=counts.count_districts(one.name for one in year.contributors),
        insiders=counts.list_insider_organizations(year.contributors),
        method=ReleaseMethod.BANDS.value,
        widened=year.bands.widened,
    )


def _build_outcome_certificate(year: ProtectedOutcomeYear) -> YearCertificate:
    sdc_certificate, explanation = year.published.certificate, year.published.explanation
    return YearCertificate(
        outcome=year.outcome,
        school_year=year.school_year,
        digest=sdc_certificate.digest,
        cells=len(year.published.cells),
        withheld=year.published.withheld,
        small=explanation.small,
        complementary=explanation.complementary,
        narrowest=sdc_certificate.narrowest,
        programs=sdc_certificate.programs
        + year.programs_beside
        + sum(audit.programs for audit in year.audits.values()),
        safe=sdc_certificate.safe,
        tried_by=[attacker.value for attacker in counts.ATTACKERS_TRIED],
        together=sorted(sorted(merged_values) for merged_values in year.together),
        beside=year.beside,
        few_others=explanation.few_others,
        contributors=counts.count_districts(year.audits),
        between_two=year.two_contributor_count,
    )


def _build_measure_certificate(year: ProtectedMeasureYear) -> YearCertificate:
    """Count figures, each together with its number of people: both are shown, or neither."""
    count_audit, sum_audit = year.figures.counts.certificate, year.figures.audit
    return YearCertificate(
        outcome=year.outcome,
        school_year=year.school_year,
        digest=count_audit.digest,
        cells=len(year.figures.figures),
        withheld=year.withheld,
        small=year.count_withheld_for(FigureReason.FEW),
        complementary=year.count_withheld_for(FigureReason.COVERS),
        narrowest=count_audit.narrowest,
        programs=year.programs,
        safe=count_audit.safe and (sum_audit is None or sum_audit.safe),
        tried_by=[attacker.value for attacker in counts.ATTACKERS_TRIED],
        together=sorted(sorted(merged_values) for merged_values in year.together),
        beside=year.beside,
        few_others=year.count_withheld_for(FigureReason.OTHERS),
        contributors=counts.count_districts(year.audits),
        statistic=year.statistic.value,
        asked=year.attack_size,
        telling=year.count_withheld_for(
            FigureReason.END, FigureReason.HEAVY, FigureReason.UNSTEADY
        ),
    )
