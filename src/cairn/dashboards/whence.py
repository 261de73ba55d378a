"""Where the figures of an outcome come from, for those who take them along: on paper and beside a
table."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cairn.dashboards import queries, sentences, words
from cairn.dashboards.queries import Shown
from cairn.releases import labels


def whence(one: Shown, home: str) -> Iterator[tuple[str, str]]:
    """What is said of the figures, each under its heading; ``home`` is the address of the page."""
    definition, release = one.definition, one.release
    behind = queries.agreements(release)
    yield words.counted(definition), labels.spoken(definition.numerator_text)
    yield _("Among"), labels.spoken(definition.denominator_text)
    yield _("From the records of"), ", ".join(queries.sources(release))
    yield _("Legal basis"), "; ".join(sorted({labels.basis(each.basis) for each in behind}))
    yield _("Agreements"), ", ".join(agreement.title for agreement in behind)
    yield _("As of"), date_format(release.as_of) if release.as_of else "-"
    withheld = sentences.withheld(one.figures.withheld) or _("Nothing is withheld.")
    never = sentences.never_shown(release.minimum_cell, release.contributors, one.figures.statistic)
    yield _("Withheld"), f"{withheld} {never}"
    if together := labels.together(one.figures.races):
        yield _("Groups"), " ".join(together)
    yield "", home
