"""Describe where the figures of an outcome come from, for the PDF and the workbook."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cairn.outputs.dashboards import queries, wording
from cairn.outputs.dashboards.queries import PublishedOutcome
from cairn.outputs.releases.api import describe_merged_groups, label_legal_basis, localize_text


def list_provenance(
    published_outcome: PublishedOutcome, page_url: str
) -> Iterator[tuple[str, str]]:
    """Yield facts about the source of the figures, each with its heading."""
    definition, release = published_outcome.definition, published_outcome.release
    agreement_facts = queries.list_release_agreements(release)
    yield wording.label_numerator(definition), localize_text(definition.numerator_text)
    yield _("Out of"), localize_text(definition.denominator_text)
    yield _("Data from"), ", ".join(queries.list_source_names(release))
    yield (
        _("Legal basis"),
        "; ".join(
            sorted({label_legal_basis(agreement_fact.basis) for agreement_fact in agreement_facts})
        ),
    )
    yield _("Agreements"), ", ".join(agreement.title for agreement in agreement_facts)
    yield _("As of"), date_format(release.as_of) if release.as_of else "-"
    withheld = wording.describe_withheld_groups(published_outcome.figures.withheld) or _(
        "Nothing is suppressed."
    )
    rule_text = wording.describe_suppression_rules(
        release.minimum_cell, release.contributors, published_outcome.figures.statistic
    )
    yield _("Suppressed"), f"{withheld} {rule_text}"
    if merged_texts := describe_merged_groups(published_outcome.figures.races):
        yield _("Groups"), " ".join(merged_texts)
    yield "", page_url
