"""A section says what is inside, and is open where something needs an answer or a correction."""

from typing import Any

from django import forms
from django.template import Context, Template
from django.utils import translation

from cairn.interfaces.web.templatetags.folds import in_groups, is_answered, pick_fields


class _Survey(forms.Form):
    name = forms.CharField()
    reasons = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], required=False)
    level = forms.ChoiceField(
        choices=[("1", "One"), ("2", "Two"), ("3", "Three")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(required=False)


_SECTIONS = (
    '{% folds %}{% pick_fields form "name reasons agreed" as some %}'
    '{% fold "Who" fields=some anchor="part-1" %}one{% endfold %}'
    '{% pick_fields form "level" as rest %}'
    '{% fold "What" fields=rest %}two{% endfold %}{% endfolds %}'
)


def _show(source: str, **context: Any) -> str:
    return Template("{% load folds %}" + source).render(Context(context))


def test_a_section_counts_its_answers() -> None:
    page = _show(_SECTIONS, form=_Survey(initial={"name": "Ada"}))
    assert 'id="part-1"' in page
    assert "1 of 2 answered" in page
    assert 'data-fields="name reasons"' in page
    assert '<span class="fold-note">Not answered</span>' in page


def test_the_first_section_that_needs_an_answer_is_open() -> None:
    first, second = _show(_SECTIONS, form=_Survey()).split("What")
    assert "data-unanswered open" in first
    assert "open>" not in second
    first, second = _show(_SECTIONS, form=_Survey(initial={"name": "Ada"})).split(">one<")
    assert "open" not in first.partition("<details")[2]
    assert "data-unanswered open" in second


def test_a_section_with_an_error_is_open_and_says_so() -> None:
    page = _show(_SECTIONS, form=_Survey({"name": "Ada", "level": "7"}))
    assert page.count(" open") == page.count("data-wrong open") == 1
    assert "Needs a correction" in page


def test_of_the_sections_with_an_error_the_first_is_open() -> None:
    page = _show(_SECTIONS, form=_Survey({}))
    assert page.count("data-wrong") == page.count("Needs a correction") == 2
    assert page.count(" open") == 1
    assert page.index(" open") < page.index("What")


def test_what_is_around_an_error_is_open() -> None:
    around = '{% folds %}{% fold "All" %}' + _SECTIONS + "{% endfold %}{% endfolds %}"
    page = _show(around, form=_Survey({}))
    assert page.startswith('<div class="folds"')
    assert '<details class="fold" open><summary><h2>All</h2>' in page
    assert page.count("data-wrong open") == 1


def test_an_answered_form_is_closed() -> None:
    page = _show(_SECTIONS, form=_Survey({"name": "Ada", "level": "2"}))
    assert "<details" in page
    assert " open" not in page
    assert '<span class="fold-note">Answered</span>' in page


def test_a_section_is_open_where_there_is_room() -> None:
    source = '{% fold "Facts" note=note opens="wide" level=3 %}<p>x</p>{% endfold %}'
    page = _show(source, note="<3>")
    assert '<details class="fold" open data-wide><summary><h3>Facts</h3>' in page
    assert "&lt;3&gt;" in page
    assert "<p>x</p>" in page


def test_a_link_stays_in_view() -> None:
    page = _show('{% folds jump="#sign" jump_label="Go to signature" %}x{% endfolds %}')
    assert '<a href="#sign">Go to signature</a>' in page


def test_a_question_with_several_choices_folds() -> None:
    page = _show("{% field_folds form %}", form=_Survey())
    assert page.count("<details") == 1
    assert '<legend class="hide-text">Level</legend>' in page
    assert '<label for="id_name">' in page


def test_the_summary_is_in_the_language_of_the_page() -> None:
    with translation.override("es"):
        assert "Abrir todas las secciones" in _show("{% folds %}x{% endfolds %}")


def test_fields_are_picked_by_name_and_in_groups() -> None:
    form = _Survey(initial={"name": "Ada"})
    assert [field.name for field in pick_fields(form, "level gone name")] == ["level", "name"]
    assert [(n, len(fields)) for n, fields in in_groups(form, 3)] == [(1, 3), (4, 1)]
    assert is_answered(form["name"])
    assert not is_answered(form["reasons"])
