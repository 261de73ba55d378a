"""What is said of a target: from which year, to which share by when, who agreed, and why."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Wording:
    """A target as somebody writes it; ``percent`` is the share of everyone to be reached."""

    baseline_year: str
    target_year: str
    percent: Decimal
    agreed_by: str
    agreed_on: date
    context: str
