"""Comments on a piece: a page of their own, and the part of the piece's page that shows them (P14)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import codes, drafts, sharing
from portal.access import access, require
from portal.forms.texts import say_after_saving
from portal.models import Shareable
from portal.models.sharing import COMMENTED_ON, Channel
from portfolios import rules
from portfolios.actions import comments as actions
from portfolios.forms.comments import AnswerForm, CommentForm
from portfolios.models import Comment
from portfolios.nav import mark_reading_along
from portfolios.ways import Way, own

NOT_COMMENT = gettext_lazy("You may read this, but not comment on it. Ask the owner if you would like to.")
PER_PAGE = 20
SHOWN = 5
KIND = "comment"  # of drafts


def parts_of(piece: Shareable, way: Way) -> dict[str, Any]:
    """What the piece's own page shows of its comments: the last few that this reader sees."""
    threads = list(Comment.objects.beside(piece, way.reader).threads().reverse()[: SHOWN + 1])
    return {
        "threads": threads[:SHOWN][::-1],
        "more_threads": len(threads) > SHOWN,
        "to_comments": way.prefix != "guest_",  # whether one may write there, that page says
    }


def _found(request: HttpRequest, code: str) -> Shareable:
    """A piece that can be commented on and that this person sees."""
    sight = sharing.sight(request.user, timezone.now(), path="")  # in the query: what is absent takes as long
    rows = Shareable.objects.filter(sight, code=code, kind__in=COMMENTED_ON).select_related("owner", "parent")
    piece = rows.first() if sharing.sees_anything(request.user) else None
    if piece is None:
        raise Http404
    return piece


@access.signed_in(methods=["GET", "POST"])
def comments(request: HttpRequest, code: str) -> HttpResponse:
    """All comments that this person sees; the form, for who may comment."""
    piece = _found(request, code)
    may = rules.may_comment(request.user, piece)
    if request.method == "POST":
        require(may, NOT_COMMENT)
        return _sent(request, piece)
    form = CommentForm(initial={"code": codes.new_code()})
    context = {"form": form, "editing": drafts.begin(request.user, KIND, code, form=form)} if may else {}
    return _page(request, piece, context)


def _sent(request: HttpRequest, piece: Shareable) -> HttpResponse:
    form = CommentForm(request.POST)
    if not form.is_valid():
        editing = drafts.resume(request.user, KIND, piece.code, form=form)
        return _page(request, piece, {"form": form, "editing": editing}, status=422)
    code = codes.given(form.cleaned_data["code"]) or ""
    try:
        actions.comment(piece, form.cleaned_data["text"], by=request.user, code=code)
    except actions.Refused:  # the share ended a moment ago
        require(False, NOT_COMMENT)
    messages.success(request, _("Your comment is there. Only you and the owner see it."))
    say_after_saving(request, form)
    return drafts.done(request, redirect("portfolios:comments", piece.code), KIND, piece.code)


def _page(request: HttpRequest, piece: Shareable, context: dict[str, Any], status: int = 200) -> HttpResponse:
    way, at = own(request.user), timezone.now()
    rows = Comment.objects.filter(piece=piece).visible_to(request.user, at).threads()
    way.note([piece], channel=Channel.PAGE, at=at)
    mine = rules.may_edit(request.user, piece)
    if not mine:
        mark_reading_along(request, way)
    chosen = rows.filter(code=codes.given(request.GET["thread"])).first() if "thread" in request.GET else None
    page = Paginator([chosen] if chosen else rows, PER_PAGE).get_page(request.GET.get("page"))
    for thread in page if mine else ():
        thread.form = AnswerForm(auto_id=f"{thread.code}_%s")
    answers = _answers(request, chosen) if chosen else None
    context = {"piece": piece, "page": page, "answers": answers, "is_owner": mine, **context}
    return render(request, "portfolios/comments.html", context, status=status)


def _answers(request: HttpRequest, thread: Comment) -> Page:
    """All answers to one comment; unless a page is asked for, the last ones."""
    pages = Paginator(thread.replies.select_related("author").order_by("written_at", "pk"), PER_PAGE)
    return pages.get_page(request.GET.get("second") or pages.num_pages)


def _one(request: HttpRequest, code: str) -> Comment:
    rows = Comment.objects.visible_to(request.user, timezone.now()).select_related("piece__owner", "author")
    found = rows.filter(code=code, answers=None).first()
    if found is None:
        raise Http404
    require(rules.may_hide(request.user, found), _("Only the owner of the portfolio can do this."))
    return found


def _back(request: HttpRequest, found: Comment) -> HttpResponse:
    """To the comment, on the page of the list that it was on, or on its own."""
    where = {name: request.GET[name] for name in ("page", "thread") if name in request.GET}
    query = f"?{urlencode(where)}" if where else ""
    return redirect(f"{reverse('portfolios:comments', args=[found.piece.code])}{query}#c-{found.code}")


@access.signed_in(methods=["POST"])
def comment_answer(request: HttpRequest, code: str) -> HttpResponse:
    found = _one(request, code)
    form = AnswerForm(request.POST, auto_id=f"{found.code}_%s")
    if not form.is_valid():
        return _page(request, found.piece, {"answering": found.code, "answer_form": form}, status=422)
    actions.answer(found, form.cleaned_data["text"], by=request.user)
    messages.success(
        request, _("Your answer is there. Only %(name)s and you see it.") % {"name": found.author.full_name}
    )
    say_after_saving(request, form)
    return _back(request, found)


@access.signed_in(methods=["POST"])
def comment_hide(request: HttpRequest, code: str) -> HttpResponse:
    found = _one(request, code)
    actions.hide(found, by=request.user)
    messages.success(request, _("The comment is folded away. Who wrote it is not told."))
    return _back(request, found)


@access.signed_in(methods=["POST"])
def comment_show(request: HttpRequest, code: str) -> HttpResponse:
    found = _one(request, code)
    actions.show(found, by=request.user)
    return _back(request, found)
