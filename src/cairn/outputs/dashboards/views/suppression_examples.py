"""Prepare the pictures that explain why a number is missing, with invented schools."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

BAR_LEFT = 92
"""Where bars begin, in units of the drawing; names are left of it."""

BAR_LINE_HEIGHT = 34
"""The height of one line of the drawing."""

CHILD_WIDTH = 3.5
"""The width of a bar for each child."""

EXAMPLE_MINIMUM_CELL = 10
"""The minimum cell size of the example, as in most states."""


@dataclass(frozen=True, slots=True)
class ExampleBar:
    """Hold one line of a drawing: a name and a bar, or a question mark if it is hidden."""

    name: str
    count: int
    hidden: bool
    top: int
    small: bool

    @property
    def width(self) -> float:
        """Return the width, constant for a hidden bar so that it does not reveal its number."""
        return 14 * CHILD_WIDTH if self.hidden else self.count * CHILD_WIDTH

    @property
    def text_at(self) -> float:
        """Return the horizontal position of the number."""
        return BAR_LEFT + self.width + 8

    @property
    def middle(self) -> int:
        """Return the vertical position of the text."""
        return self.top + 19


@dataclass(frozen=True, slots=True)
class ExampleStep:
    """Hold one drawing with its title and explanation."""

    title: str
    said: str
    bars: tuple[ExampleBar, ...]

    @property
    def height(self) -> int:
        """Return the height of the drawing."""
        return BAR_LINE_HEIGHT * len(self.bars) + 6

    @property
    def alternative(self) -> str:
        """Return the text alternative of the drawing."""
        bar_texts = (f"{bar.name}: {_('hidden') if bar.hidden else bar.count}" for bar in self.bars)
        return "; ".join(bar_texts) + "."


def build_example_steps() -> Iterator[ExampleStep]:
    """Yield the steps from a small group, to complementary suppression, to earlier publications."""
    all_schools = _("All schools")
    yield ExampleStep(
        _("Small groups can identify a child"),
        _(
            "Three children at Cedar School missed much of the year. Classmates and neighbors "
            "might know who they are, so this number must be hidden."
        ),
        _build_bars(("Birch", 25), ("Cedar", 3), ("Maple", 22), (all_schools, 50)),
    )
    yield ExampleStep(
        _("Hiding one number is not enough"),
        _("Anyone can find the hidden number by subtraction: 50 - 25 = 25, and 25 - 22 = 3."),
        _build_bars(("Birch", 25), ("Cedar", None), ("Maple", 22), (all_schools, 50)),
    )
    yield ExampleStep(
        _("A second number is hidden"),
        _(
            "Now readers know only that Cedar and Maple together have 25. Maple is not small; it "
            "is hidden to protect Cedar. Both are marked the same way, so that readers cannot "
            "tell which one is small."
        ),
        _build_bars(("Birch", 25), ("Cedar", None), ("Maple", None), (all_schools, 50)),
    )
    yield ExampleStep(
        _("Earlier publications matter"),
        _(
            "A report shows 25 children at Birch in May. A second report would show 27 in June. "
            "Each number is safe alone, but together they reveal that two children joined. So "
            "the second number is delayed or partly hidden."
        ),
        _build_bars((_("In May"), 25), (_("In June"), None)),
    )


def _build_bars(*lines: tuple[str, int | None]) -> tuple[ExampleBar, ...]:
    return tuple(
        ExampleBar(
            name,
            count or 0,
            count is None,
            4 + BAR_LINE_HEIGHT * index,
            small=count is not None and count < EXAMPLE_MINIMUM_CELL,
        )
        for index, (name, count) in enumerate(lines)
    )
