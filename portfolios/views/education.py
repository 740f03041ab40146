"""Education and time: inside its section, and the forms (P10)."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.access import access
from portal.forms.texts import say_after_saving
from portfolios import drawings, rules, timeshare, topics
from portfolios.actions import education as actions
from portfolios.forms.education import CertificateForm, LessonForm, WeekForm
from portfolios.models import Certificate, Lesson, Section
from portfolios.ways import Way

PER_PAGE = 20


def education_of(request: HttpRequest, section: Section, way: Way, at: datetime.datetime) -> dict[str, Any]:
    """Time by quarter with its ring, education, certificates."""
    on = timezone.localdate(at)
    time = drawings.time_of(section, at)
    mine = rules.may_edit(way.reader, section.shareable)
    topic = timeshare.to_talk_about(time.shares, on) if mine else None
    return {
        "shares": time.shares,
        "ring": time.ring,
        "topic": topic,
        "topic_words": topics.time_for_growth(topic.quarter) if topic else "",
        "lessons": Paginator(section.lessons.all(), PER_PAGE).get_page(request.GET.get("page")),
        "certificates": Paginator(section.certificates.all(), PER_PAGE).get_page(request.GET.get("second")),
        "on": on,
    }


def _own_section(request: HttpRequest) -> Section:
    found = Section.objects.in_order().filter(shareable__owner=request.user, key="education").first()
    if found is None:
        raise Http404
    return found


def _row(model: type[Model], request: HttpRequest, code: str) -> Any:
    """An own row; to everybody else, who reads the section too, it has no page."""
    rows = model._default_manager.select_related("section__shareable")
    return get_object_or_404(rows, section__shareable__owner=request.user, code=code)


def _form(
    request: HttpRequest, section: Section, form: forms.BaseForm, title: str, remove: str = "", code: str = ""
) -> HttpResponse:
    context = {"section": section, "form": form, "title": title, "remove": remove, "code": code}
    return render(request, "portfolios/education_edit.html", context, status=422 if form.errors else 200)


def _kept(request: HttpRequest, section: Section, form: forms.BaseForm) -> HttpResponse:
    say_after_saving(request, form)
    messages.success(request, _("Saved."))
    return redirect("portfolios:section", section.code)


@access.signed_in(methods=["GET", "POST"])
def week_log(request: HttpRequest) -> HttpResponse:
    section = _own_section(request)
    form = WeekForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.log_week(section, data["day"], work=data["work"], growth=data["growth"], by=request.user)
        return _kept(request, section, form)
    return _form(request, section, form, _("Hours of a week"))


@access.signed_in(methods=["GET", "POST"])
def lesson_new(request: HttpRequest) -> HttpResponse:
    section = _own_section(request)
    form = LessonForm(request.POST or None, initial={"followed_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        actions.keep_lesson(section, form.cleaned_data, by=request.user)
        return _kept(request, section, form)
    return _form(request, section, form, _("Add education"))


@access.signed_in(methods=["GET", "POST"])
def lesson_edit(request: HttpRequest, code: str) -> HttpResponse:
    row = _row(Lesson, request, code)
    form = LessonForm(request.POST or None, initial=forms.model_to_dict(row))
    if request.method == "POST" and form.is_valid():
        actions.keep_lesson(row.section, form.cleaned_data, by=request.user, lesson=row)
        return _kept(request, row.section, form)
    return _form(request, row.section, form, row.title, remove="portfolios:lesson_remove", code=code)


@access.signed_in(methods=["POST"])
def lesson_remove(request: HttpRequest, code: str) -> HttpResponse:
    row = _row(Lesson, request, code)
    actions.remove_lesson(row, by=request.user)
    messages.success(request, _("Taken away."))
    return redirect("portfolios:section", row.section.code)


@access.signed_in(methods=["GET", "POST"])
def certificate_new(request: HttpRequest) -> HttpResponse:
    section, form = _own_section(request), CertificateForm(request.POST or None, initial={"is_minded": True})
    if request.method == "POST" and form.is_valid():
        actions.keep_certificate(section, form.cleaned_data, by=request.user)
        return _kept(request, section, form)
    return _form(request, section, form, _("Add a certificate or learning unit"))


@access.signed_in(methods=["GET", "POST"])
def certificate_edit(request: HttpRequest, code: str) -> HttpResponse:
    row = _row(Certificate, request, code)
    form = CertificateForm(request.POST or None, initial=forms.model_to_dict(row))
    if request.method == "POST" and form.is_valid():
        actions.keep_certificate(row.section, form.cleaned_data, by=request.user, certificate=row)
        return _kept(request, row.section, form)
    return _form(request, row.section, form, row.title, remove="portfolios:certificate_remove", code=code)


@access.signed_in(methods=["POST"])
def certificate_remove(request: HttpRequest, code: str) -> HttpResponse:
    row = _row(Certificate, request, code)
    actions.remove_certificate(row, by=request.user)
    messages.success(request, _("Taken away."))
    return redirect("portfolios:section", row.section.code)
