"""What `cairn secure` does."""

import tomllib
from pathlib import Path

from django.utils import timezone

from cairn.cli.voice import Unusable, Voice
from cairn.partners import actions, queries
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.partners.operator import operator
from cairn.partners.plan import plan
from cairn.partners.questionnaire import asked_of, questionnaires
from cairn.rules.vocabulary import OrganizationKind


def questions(voice: Voice, slug: str, acting: str | None) -> None:
    """A file of answers to fill in: every question that is asked of this kind of organization."""
    organization = _organization(slug)
    queries.may_see_security(actor(operator(acting)), slug, timezone.localdate()).require()
    lines = [f"# How {organization.name} protects records. Answer each: yes, partly or no."]
    for questionnaire in asked_of(OrganizationKind(organization.kind)):
        lines += ["", f"[{questionnaire.id}]"]
        for item in questionnaire.items:
            lines += [f"# {item.ask}", f'{item.id} = ""']
    text = "\n".join(lines)
    voice.facts["template"] = text
    voice.plain(text)


def assessed(voice: Voice, slug: str, file: Path, acting: str | None) -> None:
    """Every questionnaire of the file, scored and kept; what is left to do is told."""
    organization, by, at = _organization(slug), operator(acting), timezone.localtime()
    told = []
    for name, answers in _answers(file).items():
        questionnaire = questionnaires()[name]
        row = actions.assess(
            organization=organization,
            questionnaire=questionnaire,
            answers=answers,
            note="",
            by=by,
            at=at,
        )
        findings = questionnaire.findings(answers)
        voice.plain(f"{questionnaire.title}: {row.score} of 100, counts through {row.expires_on}.")
        for item in findings:
            voice.plain(f"  {item.id}: {item.otherwise}")
        told.append({"questionnaire": name, "score": row.score, "left": [i.id for i in findings]})
    voice.facts["assessed"] = told


def planned(voice: Voice, slug: str, acting: str | None, *, adopt: bool) -> None:
    """The plan as things stand; on file when adopted."""
    organization, by, at = _organization(slug), operator(acting), timezone.localtime()
    queries.may_see_security(actor(by), slug, timezone.localdate(at)).require()
    text = plan(organization, timezone.localdate(at))
    voice.plain(text)
    voice.facts["plan"] = text
    if adopt:
        row = actions.adopt_plan(organization=organization, text=text, by=by, at=at)
        voice.facts["digest"] = row.digest
        voice.plain(f"On file for {organization.name} (sha256 {row.digest[:12]}…).")
    else:
        voice.plain(f"Not adopted yet: cairn secure plan {slug} --adopt")


def _organization(slug: str) -> Organization:
    row = Organization.objects.filter(slug=slug).first()
    if row is None:
        known = ", ".join(Organization.objects.values_list("slug", flat=True))
        raise Unusable(f"There is no partner “{slug}”. Partners: {known}.")
    return row


def _answers(file: Path) -> dict[str, dict[str, str]]:
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise Unusable(f"{file} cannot be read. Save it as UTF-8 text.") from None
    except tomllib.TOMLDecodeError as error:
        raise Unusable(f"{file} is not TOML: {error}.") from None
    for name, answers in told.items():
        if name not in questionnaires() or not isinstance(answers, dict):
            known = ", ".join(f"[{q}]" for q in questionnaires())
            raise Unusable(f"{file}: “{name}” is no questionnaire. It has tables: {known}.")
    if not told:
        raise Unusable(f"{file} answers nothing. See: cairn secure assess ORGANIZATION")
    return told
