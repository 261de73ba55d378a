"""Rows → the fact that `rules.give_back` asks about."""

from cairn.intake import facts as intake
from cairn.intake.models import Delivery
from cairn.rules.give_back import GiveBackFact


def report(row: Delivery) -> GiveBackFact:
    """A delivery as it is reported on."""
    return GiveBackFact(
        organization=row.organization.slug,
        agreement=intake.agreement(row.agreement_reference),
        kept=bool(row.conformed) and row.rows_kept > 0,
    )
