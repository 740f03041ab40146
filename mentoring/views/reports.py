"""What is sent from the page of a conversation once it was held: texts, agreements, signatures, additions."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mentoring import rules
from mentoring.actions import reports as actions
from mentoring.actions.conversations import Refused
from mentoring.forms.reports import AddendumForm, AgreementForm, TextsForm
from mentoring.models import Agreement, Conversation, Signature
from mentoring.views.conversations import KIND, done, editing, found_or_404, page
from portal import drafts, readings
from portal.access import access, require, visible_or_404
from portal.forms.texts import say_after_saving
from portal.fresh_code import fresh_code_required
from portal.models.sharing import Channel
from portal.views import documents
from portal.views.drafts import kept, not_kept
from portfolios.models import Snapshot
from portfolios.views.snapshots import shown

HOW = {"webauthn": Signature.How.PASSKEY, "totp": Signature.How.APP, "recovery_codes": Signature.How.RECOVERY}


@access.signed_in(methods=["POST"])
def keep(request: HttpRequest, code: str) -> HttpResponse:
    """What autosave sends."""
    found = found_or_404(request, code)
    readings.note(request.user, [found.shareable], channel=Channel.PAGE, at=timezone.now())
    try:
        found, texts, woven = actions.write(found, request.POST, by=request.user)
    except (drafts.Clash, drafts.TooMuch) as refusal:
        return not_kept(refusal)
    except Refused:
        return not_kept(drafts.Clash({}, found.version, ()))
    return kept(found.version, texts, woven=woven, at=timezone.now())


@access.signed_in(methods=["POST"])
def write(request: HttpRequest, code: str) -> HttpResponse:
    """The button: keep the texts, and with `finish` hand the report over for the signatures."""
    found = found_or_404(request, code)
    form = TextsForm(request.POST, conversation=found, names=rules.texts_of(request.user, found))
    try:
        actions.write(found, request.POST, by=request.user)
        if "finish" in request.POST:
            actions.report(found, by=request.user)
    except drafts.Clash as clash:
        return _clash(request, found, form, clash)
    except (drafts.TooMuch, Refused) as refusal:
        form.full_clean()
        form.add_error(None, str(refusal) or _("This is more text than fits here."))
        return page(request, found, status=422, texts_form=form, editing=editing(request, found, form))
    said = _("The report waits for both signatures.") if "finish" in request.POST else _("Saved. You both see it.")
    messages.success(request, said)
    if form.is_valid():
        say_after_saving(request, form)
    return drafts.done(request, redirect("mentoring:conversation", code), KIND, code)


def _clash(request: HttpRequest, found: Conversation, form: TextsForm, clash: drafts.Clash) -> HttpResponse:
    """The same sentence was changed on both sides: theirs is shown, mine stands in the form, based on theirs now."""
    again = editing(request, found, TextsForm(conversation=found, names=form.fields))
    again.base = again.confirmed = clash.stored
    again.revision = clash.revision
    theirs: list[Any] = [(form[name].label, clash.stored[name]) for name in clash.clashes]
    return page(request, found, status=409, texts_form=form, editing=again, theirs=theirs)


@access.signed_in(methods=["POST"])
def agree(request: HttpRequest, code: str) -> HttpResponse:
    found = found_or_404(request, code)
    form = AgreementForm(request.POST, conversation=found)
    if not form.is_valid():
        return page(request, found, status=422, agreement_form=form)
    text, until = form.cleaned_data["text"], form.cleaned_data["until"]
    said = _("Added. It becomes a to-do once the report is there.")
    return done(
        request, code, lambda: actions.agree(found, who=form.person, text=text, until=until, by=request.user), said
    )


def _agreement(request: HttpRequest, code: str, number: int) -> Agreement:
    found = found_or_404(request, code)
    rows = Agreement.objects.select_related("conversation__shareable")
    return get_object_or_404(rows, conversation=found, pk=number)


@access.signed_in(methods=["POST"])
def drop_agreement(request: HttpRequest, code: str, number: int) -> HttpResponse:
    row = _agreement(request, code, number)
    return done(request, code, lambda: actions.drop_agreement(row, by=request.user), _("Taken away."))


@access.signed_in(methods=["POST"])
def finish_agreement(request: HttpRequest, code: str, number: int) -> HttpResponse:
    row = _agreement(request, code, number)
    require(row.who_id == request.user.pk, _("Only who does it says that it is done."))
    return done(request, code, lambda: actions.finish_agreement(row, by=request.user), _("Done."))


@access.signed_in(methods=["POST"])
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    found = found_or_404(request, code)
    said = _("The report is open again. Once it is changed, you both sign.")
    return done(request, code, lambda: actions.reopen(found, by=request.user), said)


@access.signed_in(methods=["GET", "POST"])
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """The text once more, and the button; before it, a fresh proof of who signs."""
    found_or_404(request, code)  # to a stranger it is absent, before anything else is asked
    return _sign(request, code)


@fresh_code_required
def _sign(request: HttpRequest, code: str) -> HttpResponse:
    found = visible_or_404(Conversation.objects.whole(), request.user, code)
    if not rules.may_sign(request.user, found):
        messages.warning(request, _("There is nothing for you to sign here now."))
        return redirect("mentoring:conversation", code)
    if request.method != "POST":
        readings.note(request.user, [found.shareable], channel=Channel.PAGE, at=timezone.now())
        return render(request, "mentoring/sign.html", _signing(found))
    version = request.POST.get("version", "")
    try:
        actions.sign(found, version=int(version) if version.isdecimal() else 0, by=request.user, how=_how(request))
    except actions.TextChanged:
        return render(request, "mentoring/sign.html", _signing(found, is_changed=True), status=409)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("mentoring:conversation", code)
    messages.success(request, _("Signed."))
    return redirect("mentoring:conversation", code)


def _signing(found: Conversation, *, is_changed: bool = False) -> dict[str, Any]:
    """With the text as it stands now: a page that comes back after a change shows the new one."""
    return {"conversation": found, "responder": rules.adds(found).full_name, "is_changed": is_changed}


def _how(request: HttpRequest) -> str:
    """The strongest that this session showed."""
    shown = {one.get("type") for one in get_authentication_records(request, request.user) if one["method"] == "mfa"}
    return next((how for kind, how in HOW.items() if kind in shown), Signature.How.MAIL)


@access.signed_in(methods=["POST"])
def add(request: HttpRequest, code: str) -> HttpResponse:
    found = found_or_404(request, code)
    form = AddendumForm(request.POST)
    if not form.is_valid():
        return page(request, found, status=422, addendum_form=form)
    try:
        actions.add(found, form.cleaned_data["text"], by=request.user)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return page(request, found, status=422, addendum_form=form)
    messages.success(request, _("Added below the report."))
    say_after_saving(request, form)
    return redirect("mentoring:conversation", code)


@access.signed_in
def report(request: HttpRequest, code: str) -> HttpResponseBase:
    """The document, once it is made."""
    found = visible_or_404(Conversation.objects.select_related("shareable", "document"), request.user, code)
    if found.document is None:
        messages.info(request, _("The document is being made. It is here within a few minutes after the signatures."))
        return redirect("mentoring:conversation", code)
    readings.note(request.user, [found.shareable], channel=Channel.FILE, at=timezone.now())
    return documents.answer(request, found.document, inline=True)


def _snapshot(request: HttpRequest, code: str) -> tuple[Conversation, Snapshot]:
    """What was frozen for it; seen by who sees the conversation."""
    found = visible_or_404(Conversation.objects.with_people(), request.user, code)
    return found, get_object_or_404(Snapshot.objects.of(found.shareable))


@access.signed_in
def snapshot(request: HttpRequest, code: str) -> HttpResponse:
    """What was shared with the other when the report was ready, the same for both."""
    found, frozen = _snapshot(request, code)
    if not frozen.document.withdrawn_at:
        readings.note(request.user, [found.shareable], channel=Channel.PAGE, at=timezone.now())
    back = reverse("mentoring:conversation", args=[code])
    file_url = reverse("mentoring:snapshot_file", args=[code])
    return shown(request, frozen, back=back, back_words=str(found.shareable), file_url=file_url)


@access.signed_in
def snapshot_file(request: HttpRequest, code: str) -> HttpResponseBase:
    found, frozen = _snapshot(request, code)
    if not frozen.document.withdrawn_at:
        readings.note(request.user, [found.shareable], channel=Channel.FILE, at=timezone.now())
    return documents.answer(request, frozen.document)
