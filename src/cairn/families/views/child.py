"""A family's page: what is shared of its child, and what the family says to that."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.consents import facts as consents
from cairn.consents.actions import family as answers
from cairn.consents.answering import Signature
from cairn.consents.declining import Ended
from cairn.families import actions, queries, words
from cairn.families.forms import AgreeForm, SignerForm
from cairn.families.session import Session, remember_signer, signer
from cairn.families.views.door import family_only
from cairn.rules.consent_record import rights_passed
from cairn.rules.family import copy_due, may_answer_family, may_view_family
from cairn.rules.vocabulary import ConsentMethod, OptOutScope, Relation


@require_safe
@family_only
def home(request: HttpRequest, session: Session) -> HttpResponse:
    """Everything on one page, in the order in which a family asks it."""
    page = queries.page(session.child, session.who, session.now.date())
    return render(request, "families/home.html", {"page": page, "today": session.now.date()})


@require_safe
@family_only
def record(request: HttpRequest, session: Session) -> HttpResponse:
    """Every disclosure of this child (34 CFR 99.32(c))."""
    rows = queries.of_record(session.child, session.who, session.now.date())
    shown = [(row, words.records(row.elements), words.purposes([row.purpose])) for row in rows]
    return render(request, "families/record.html", {"rows": shown, "today": session.now.date()})


@require_http_methods(["GET", "HEAD", "POST"])
@family_only
def agree(request: HttpRequest, session: Session, pk: int) -> HttpResponse:
    """One form to read, and to sign by typing one's name; or to decline."""
    offer = queries.offer(session.child, pk)
    may_view_family(session.child.key, session.who, session.now.date()).require()
    if offer is None:
        raise Http404
    declines = request.POST.get("answer") == "no"
    form = _signer_form(request, session, offered=() if declines else offer.records)
    if request.method == "POST" and form.is_valid():
        signature = _signature(session, *_signed(request, session, form))
        answers.answer_form(
            child=session.child,
            form=offer,
            signature=signature,
            records=form.cleaned_data.get("records", ()),
            who=session.who,
            at=session.now,
        )
        messages.success(request, _said(declines=declines))
        return redirect("families:home")
    context = {"form": form, "offer": offer, "purposes": words.purposes(offer.purposes)}
    return render(request, "families/agree.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@family_only
def stop(request: HttpRequest, session: Session, reference: str) -> HttpResponse:
    """Asks once, and takes a yes back."""
    may_view_family(session.child.key, session.who, session.now.date()).require()
    row = queries.answer(session.child, reference)
    if row is None:
        raise Http404
    form = _signer_form(request, session)
    if request.method == "POST" and form.is_valid():
        name, _relation = _signed(request, session, form)
        answers.take_back(consent=row, name=name, who=session.who, at=session.now)
        return redirect("families:stopped", reference=reference)
    context = {"form": form, "consent": row}
    return render(request, "families/stop.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@family_only
def stopped(request: HttpRequest, session: Session, reference: str) -> HttpResponse:
    """Says that it is done, and offers to undo a slip."""
    may_view_family(session.child.key, session.who, session.now.date()).require()
    row = queries.answer(session.child, reference)
    name = signer(request, session).get("name", "")
    if row is None or not queries.took_back(row, name):
        raise Http404
    if request.method == "POST":
        answers.undo_take_back(consent=row, name=name, who=session.who, at=session.now)
        messages.success(request, _("Undone. Your yes counts as before."))
        return redirect("families:home")
    return render(request, "families/stopped.html", {"consent": row})


@require_http_methods(["GET", "HEAD", "POST"])
@family_only
def decline(request: HttpRequest, session: Session, scope: str) -> HttpResponse:
    """Asks once, and leaves the child out; or lets it take part again."""
    may_answer_family(session.child.key, session.who, session.now.date()).require()
    if scope not in {s.value for s in OptOutScope}:
        raise Http404
    what, child = OptOutScope(scope), session.child
    is_out = what in queries.declined(child)
    form = _signer_form(request, session)
    if request.method == "POST" and form.is_valid():
        said = _signature(session, *_signed(request, session, form))
        if is_out:
            done = answers.opt_in(
                child=child, scope=what, said=said, who=session.who, at=session.now
            )
            messages.success(request, _back_in(done))
        else:
            answers.opt_out(child=child, scope=what, said=said, who=session.who, at=session.now)
            messages.success(request, _("Your no counts from now on."))
        return redirect("families:home")
    context = {"scope": what.value, "is_out": is_out, "form": form}
    return render(request, "families/decline.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@family_only
def copy(request: HttpRequest, session: Session) -> HttpResponse:
    """Asks for a copy of the child's record; the district has 45 days."""
    may_answer_family(session.child.key, session.who, session.now.date()).require()
    form, due = _signer_form(request, session), copy_due(session.now.date())
    if request.method == "POST" and form.is_valid():
        name, _relation = _signed(request, session, form)
        actions.ask_for_copy(child=session.child, name=name, who=session.who, at=session.now)
        messages.success(request, _("The school has your request."))
        return redirect("families:home")
    status = 422 if form.errors else 200
    return render(request, "families/copy.html", {"form": form, "due": due}, status=status)


@require_POST
@family_only
def no_copy(request: HttpRequest, session: Session, pk: int) -> HttpResponse:
    """The copy is not needed after all."""
    may_answer_family(session.child.key, session.who, session.now.date()).require()
    row = get_object_or_404(session.child.copy_requests, pk=pk, answered_at=None)
    actions.withdraw_copy(copy=row, who=session.who, at=session.now)
    messages.success(request, _("Your request is withdrawn."))
    return redirect("families:home")


def _student(session: Session) -> bool:
    """Whether the student answers and no parent."""
    today = session.now.date()
    return bool(rights_passed(consents.person(session.child, today), today))


def _signer_form(request: HttpRequest, session: Session, offered: Sequence[str] = ()) -> SignerForm:
    """Who answers; and where a form offers something, a yes to it."""
    given, known, student = request.POST or None, signer(request, session), _student(session)
    if offered:
        return AgreeForm(given, offered=offered, student_answers=student, initial=known)
    return SignerForm(given, student_answers=student, initial=known)


def _signed(request: HttpRequest, session: Session, form: SignerForm) -> tuple[str, Relation]:
    """Who answers, remembered for the rest of this session."""
    name, relation = form.cleaned_data["name"], Relation(form.cleaned_data["relation"])
    remember_signer(request, session, name, relation)
    return name, relation


def _signature(session: Session, name: str, relation: Relation) -> Signature:
    """Who answers on this page, as what, and how that is known (34 CFR 99.30(d))."""
    return Signature(
        name=name,
        relation=relation,
        on=session.now.date(),
        language=(get_language() or "en")[:2],
        method=ConsentMethod.ELECTRONIC,
        authenticated=f"code of letter {session.letter.pk}, sent by the district",
        approved=f"typed name and box checked at {session.now.isoformat(timespec='seconds')}",
    )


def _back_in(done: Ended) -> str:
    if done.disputed:
        return _("Someone else said no, so the district decides. Until then that no counts.")
    return _("Your no is taken back.")


def _said(*, declines: bool) -> str:
    if declines:
        return _("You said no. Nothing is shared, and nothing bad follows from it.")
    return _("You said yes. It counts once the district has looked at it. You can stop it any day.")
