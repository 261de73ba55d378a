"""Describe five kinds of organizations: the children they know, their fields and their habits."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Source:
    """One kind of organization and its habits.

    Attributes:
        name: the kind.
        ages: years of age from and to which it knows children.
        coverage: share of these children that it knows.
        row_shares: share of children by number of rows.
        fill_rates: share of rows that have a field.
        mistake_rates: share of rows with each mistake, of those where it can happen ("preferred":
            of the children who go by another name than their papers').
    """

    name: str
    ages: tuple[int, int]
    coverage: float
    row_shares: dict[int, float]
    fill_rates: dict[str, float]
    mistake_rates: dict[str, float]
    case_shares: tuple[float, float, float] = (1.0, 0.0, 0.0)
    """Shares of rows in Title Case, UPPER CASE and lower case."""
    maximum_length: int = 99
    """Letters that fit into a name."""
    short_streets: float = 0.5
    phone: str = "{}-{}-{}"
    guardian: str = "{first} {last}"
    double_forms: dict[str, float] = field(default_factory=dict)
    """How a double surname is written; the rest as two words."""
    middle_initial: float = 0.3
    own_contact: float = 0.0
    """Share of rows with the child's own phone and e-mail, not the household's."""
    new_local_id: float = 0.01
    """Chance that a row comes under another id than the row before."""


DISTRICT = Source(
    name="district", ages=(4, 19), coverage=0.86, row_shares={1: 0.42, 2: 0.34, 3: 0.17, 4: 0.07},
    fill_rates={"middle_name": 0.85, "suffix": 0.8, "birth_date": 0.999, "street": 0.985,
        "phone": 0.9, "email": 0.55, "guardian_name": 0.93, "school": 0.99, "state_id": 0.985,
        "local_id": 1.0},
    mistake_rates={"given typo": 0.01, "family typo": 0.01, "nickname": 0.0375, "preferred": 0.12,
        "swapped": 0.0025, "day month": 0.01, "january": 0.00125, "date typo": 0.00375,
        "two given": 0.025},
    double_forms={"hyphen": 0.30, "first": 0.17, "second": 0.05, "turned": 0.03, "joined": 0.02},
)  # fmt: skip
PROGRAM = Source(
    name="program", ages=(5, 19), coverage=0.50, row_shares={1: 0.55, 2: 0.28, 3: 0.17},
    fill_rates={"middle_name": 0.12, "suffix": 0.2, "birth_date": 0.905, "street": 0.66,
        "phone": 0.8, "email": 0.5, "guardian_name": 0.7, "school": 0.7, "state_id": 0.2,
        "local_id": 0.6},
    mistake_rates={"given typo": 0.035, "family typo": 0.0375, "nickname": 0.275, "preferred": 0.6,
        "swapped": 0.0175, "day month": 0.0438, "january": 0.015, "date typo": 0.025,
        "two given": 0.025},
    case_shares=(0.75, 0.15, 0.10), short_streets=0.6, phone="({}) {}-{}",
    double_forms={"hyphen": 0.12, "first": 0.36, "second": 0.18, "turned": 0.04, "joined": 0.02},
    new_local_id=0.5,
)  # fmt: skip
HEALTH = Source(
    name="health", ages=(0, 24), coverage=0.55, row_shares={1: 0.72, 2: 0.22, 3: 0.06},
    fill_rates={"middle_name": 0.55, "suffix": 0.5, "birth_date": 0.997, "street": 0.96,
        "phone": 0.92, "email": 0.3, "guardian_name": 0.75, "local_id": 1.0},
    mistake_rates={"given typo": 0.015, "family typo": 0.0175, "nickname": 0.05, "preferred": 0.2,
        "swapped": 0.0075, "day month": 0.0175, "january": 0.0125, "date typo": 0.0075,
        "two given": 0.0375},
    case_shares=(0.0, 1.0, 0.0), short_streets=0.95, phone="{}{}{}", guardian="{last}, {first}",
    double_forms={"hyphen": 0.22, "first": 0.25, "second": 0.10, "turned": 0.03, "joined": 0.04},
    middle_initial=0.7, new_local_id=0.08,
)  # fmt: skip
WORKFORCE = Source(
    name="workforce", ages=(15, 25), coverage=0.40, row_shares={1: 0.7, 2: 0.3},
    fill_rates={"middle_name": 0.3, "suffix": 0.3, "birth_date": 0.975, "street": 0.92,
        "phone": 0.93, "email": 0.8, "school": 0.4, "state_id": 0.12, "local_id": 1.0},
    mistake_rates={"given typo": 0.0187, "family typo": 0.0187, "nickname": 0.175,
        "preferred": 0.55, "swapped": 0.015, "day month": 0.0312, "january": 0.0075,
        "date typo": 0.0125, "two given": 0.0125},
    case_shares=(0.0, 1.0, 0.0), maximum_length=14, short_streets=0.9, phone="{}.{}.{}",
    double_forms={"hyphen": 0.25, "first": 0.28, "second": 0.12, "turned": 0.03, "joined": 0.03},
    own_contact=0.75, new_local_id=0.05,
)  # fmt: skip
CHILD_CARE = Source(
    name="child_care", ages=(0, 7), coverage=0.55, row_shares={1: 0.55, 2: 0.3, 3: 0.15},
    fill_rates={"middle_name": 0.15, "suffix": 0.2, "birth_date": 0.98, "street": 0.9, "phone": 0.9,
        "email": 0.55, "guardian_name": 0.97, "state_id": 0.12, "local_id": 1.0},
    mistake_rates={"given typo": 0.0225, "family typo": 0.025, "nickname": 0.2, "preferred": 0.4,
        "swapped": 0.01, "day month": 0.0375, "january": 0.0075, "date typo": 0.015,
        "two given": 0.025},
    case_shares=(0.9, 0.05, 0.05), short_streets=0.6, phone="{}-{}-{}",
    double_forms={"hyphen": 0.15, "first": 0.28, "second": 0.12, "turned": 0.03, "joined": 0.02},
    new_local_id=0.05,
)  # fmt: skip
SOURCES = (DISTRICT, PROGRAM, HEALTH, WORKFORCE, CHILD_CARE)
