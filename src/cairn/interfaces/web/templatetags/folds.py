"""Provide the fold: a section of a page or a form under a summary that says what is inside."""

from collections.abc import Iterable
from typing import Any, Final

from django import template
from django.forms import BooleanField, MultipleChoiceField
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

register = template.Library()

_EMPTY: Final[tuple[object, ...]] = (None, "", [], ())
_SEVERAL: Final = 3
"""Choices from which on a question folds."""
_MANY: Final = 7
_UNANSWERED: Final = " data-unanswered"
_WRONG: Final = " data-wrong"
_OPEN: Final = {"yes": " open", "wide": " open data-wide", "no": ""}
"""How a fold comes: open, open but on a small screen, or closed."""


@register.simple_block_tag
def fold(
    content: str,
    title: str,
    *,
    note: str = "",
    opens: str = "no",
    fields: Iterable[BoundField] = (),
    anchor: str = "",
    level: int = 2,
    css: str = "stack",
) -> SafeString:
    """Fold a section of a page under its heading.

    Args:
        content: the markup between the tags.
        title: heading of the section.
        note: what the summary says beside the heading, such as "3 clauses".
        opens: "yes", "no", or "wide" for a section that is closed on a small screen only.
        fields: the form's fields inside; the note then says how many are answered, and the
            section is open if one has an error.
        anchor: where a link inside the page leads to.
        level: level of the heading; 0 for none.
        css: classes of the box around the content.

    Returns:
        The markup.
    """
    fields = list(fields)
    counted = [field for field in fields if not _is_tick(field)]
    has_error = any(field.errors for field in fields)
    answered = sum(map(is_answered, counted))
    # Around a section with an error, this one is open too.
    wrong = _OPEN["yes"] if _WRONG in content else f"{_WRONG} open"
    attributes = SafeString(wrong if has_error or _WRONG in content else _OPEN[opens])
    if counted:
        names = " ".join(field.html_name for field in counted)
        pattern, done = _word_count(counted)
        attributes += format_html(
            ' data-fields="{}" data-count="{}" data-done="{}"', names, pattern, done
        )
        n = _count_choices(counted[0]) if done else answered
        note = ((answered and done) or pattern) % {"n": n, "all": len(counted)}
    if any(_is_needed(field) and not is_answered(field) for field in counted):
        attributes += SafeString(_UNANSWERED)
    return format_html(
        '<details class="fold"{}{}><summary>{} <span class="fold-note">{}</span></summary>'
        '<div class="{}">{}</div></details>',
        format_html(' id="{}"', anchor) if anchor else "",
        attributes,
        format_html("<h{0}>{1}</h{0}>", level, title)
        if level
        else format_html('<span class="fold-title">{}</span>', title),
        _mark_error() if has_error else note,
        css,
        content,
    )


@register.simple_block_tag
def folds(content: str, *, jump: str = "", jump_label: str = "") -> SafeString:
    """Group folds: a script adds a button that opens or closes all of them.

    Of the sections with an error, the first is open. If no section is open, the first one with a
    required question that has no answer is.

    Args:
        content: the folds.
        jump: anchor to which a link leads that stays in view, such as "#sign".
        jump_label: words of that link.

    Returns:
        The markup.
    """
    markup = str(content)
    before, wrong, after = markup.partition(f"{_WRONG} open")
    markup = before + wrong + after.replace(f"{_WRONG} open", _WRONG)
    if not wrong and 'class="fold" open' not in markup:
        markup = markup.replace(_UNANSWERED, f"{_UNANSWERED} open", 1)
    bar = '<p class="fold-bar keeps cluster no-print"><a href="{}">{}</a></p>'
    return format_html(
        '<div class="folds" data-open-all="{}" data-close-all="{}">{}{}</div>',
        gettext("Open all sections"),
        gettext("Close all sections"),
        format_html(bar, jump, jump_label) if jump else "",
        SafeString(markup),
    )


@register.simple_tag
def pick_fields(form: Iterable[BoundField], names: str) -> list[BoundField]:
    """Pick fields of a form for one of its sections.

    Args:
        form: the form.
        names: names of the fields, separated by spaces; of those that the form lacks, none.

    Returns:
        The bound fields, in the order of the names.
    """
    by_name = {field.name: field for field in form}
    return [by_name[name] for name in names.split() if name in by_name]


def is_answered(field: BoundField) -> bool:
    """Return whether a field has a value, from the person or from the record.

    Args:
        field: the bound field.

    Returns:
        Whether it has one.
    """
    return field.value() not in _EMPTY


@register.inclusion_tag("web/parts/field_folds.html")
def field_folds(form: Iterable[BoundField]) -> dict[str, Any]:
    """Show the fields of a form; a question with several choices folds under its own words.

    Args:
        form: the form. Its `also_folded` names other questions that fold.

    Returns:
        What the part needs.
    """
    others = getattr(form, "also_folded", ())
    return {
        "fields": [(field, _has_several_choices(field) or field.name in others) for field in form]
    }


@register.filter
def join_labels(fields: Iterable[BoundField]) -> str:
    """Name a section by the labels of its fields.

    Args:
        fields: the bound fields.

    Returns:
        The labels, separated by commas.
    """
    return ", ".join(str(field.label) for field in fields)


@register.filter
def has_many_choices(field: BoundField) -> bool:
    """Return whether a question has so many choices that they fold.

    Args:
        field: the bound field.

    Returns:
        Whether it has.
    """
    return field.use_fieldset and len(getattr(field.field, "choices", ())) >= _MANY


@register.filter
def in_groups(form: Iterable[BoundField], size: int) -> list[tuple[int, list[BoundField]]]:
    """Divide the questions of a form into groups.

    Args:
        form: the form.
        size: questions in a group.

    Returns:
        For each group the number of its first question, and its fields.
    """
    fields = list(form)
    return [(start + 1, fields[start : start + size]) for start in range(0, len(fields), size)]


def _has_several_choices(field: BoundField) -> bool:
    return field.use_fieldset and len(getattr(field.field, "choices", ())) >= _SEVERAL


def _word_count(fields: list[BoundField]) -> tuple[str, str]:
    """The words for a section of these questions, and those for a single answered one."""
    if len(fields) > 1:
        return gettext("%(n)s of %(all)s answered"), ""
    has_several_answers = isinstance(fields[0].field, MultipleChoiceField)
    answered = gettext("%(n)s chosen") if has_several_answers else gettext("Answered")
    return gettext("Not answered"), answered


def _count_choices(field: BoundField) -> int:
    value = field.value()
    return len(value) if isinstance(value, (list, tuple, set)) else 1


def _is_tick(field: BoundField) -> bool:
    """A single check box is answered either way."""
    return field.is_hidden or isinstance(field.field, BooleanField)


def _is_needed(field: BoundField) -> bool:
    return field.field.required or getattr(field.field, "needed", False)


def _mark_error() -> SafeString:
    return format_html('<span class="badge stop">{}</span>', gettext("Needs a correction"))
