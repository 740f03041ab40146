"""Freezing what somebody reads, and destroying it again (P15)."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal import audit, documents
from portal.models import Document, Shareable, User
from portal.published import in_language
from portfolios import timeshare
from portfolios.models import Experience, Goal, Profile, Rating, Section, Snapshot, SwotItem, Week
from portfolios.models.experiences import STARR

KIND, MEDIA_TYPE, FORM = "snapshot", "application/json", "leerlijn-snapshot-1"


def freeze(owner: User, reader: User, *, occasion: Shareable, at: datetime.datetime) -> Snapshot | None:
    """What `owner` shares with `reader` at this moment, as canonical JSON; once an occasion. None: nothing is shared.

    The owner's texts stay open to change. Comments, drafts and other people's pieces are not in it.
    """
    with transaction.atomic():
        Shareable.objects.select_for_update().get(pk=occasion.pk)
        if made := Snapshot.objects.of(occasion).filter(reader=reader).first():
            return made
        with override(owner.language):  # also when a reader of another language is the one who closes the report
            pieces = _pieces(owner, reader, at)
            title = _("What was shared")  # no name: the title outlives its bytes
        if not pieces:
            return None
        body = {"form": FORM, "owner": owner.full_name, "reader": reader.full_name, "frozen_at": at.isoformat()}
        document = documents.freeze(
            audit.canonical(body | {"pieces": pieces}).encode(),
            kind=KIND,
            title=title,
            language=owner.language,
            at=at,
            owner=owner,
            about=occasion.code,
            number=Snapshot.objects.filter(occasion=occasion).count() + 1,
            media_type=MEDIA_TYPE,
        )
        return Snapshot.objects.create(occasion=occasion, reader=reader, document=document, frozen_at=at)


def _pieces(owner: User, reader: User, at: datetime.datetime) -> list[dict[str, Any]]:
    """Sections in their order with what lies in them, then what is shared by itself."""
    on = timezone.localdate(at)
    sections = Section.objects.shared_with(reader, at).filter(shareable__owner=owner).in_order()
    sections = sections.prefetch_related(
        Prefetch("swot_items", SwotItem.objects.on(on).in_order()),
        Prefetch("ratings", Rating.objects.select_related("competency").order_by("rated_on", "pk")),
        Prefetch("weeks", Week.objects.between(timeshare.shown_from(on), on)),
        "lessons",
        "certificates",
    )
    rows = Experience.objects.shared_with(reader, at).filter(shareable__owner=owner).whole().latest_first()
    aims = Goal.objects.shared_with(reader, at).filter(shareable__owner=owner).whole().soonest_first()
    items = [(one.section_id, _goal(one)) for one in aims]
    items += [(one.section_id, _experience(one)) for one in rows.prefetch_related("shareable__files")]
    chosen = Profile.objects.shared_with(reader, at).filter(shareable__owner=owner).whole().order_by("chosen_at", "pk")
    items += [(one.section_id, _profile(one)) for one in chosen.prefetch_related("shareable__files", "products")]
    found = [_section(one, [piece for where, piece in items if where == one.pk]) for one in sections]
    whole = {one.pk for one in sections}
    return found + [piece for where, piece in items if where not in whole]


def _section(section: Section, pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """Of what `_pieces` fetched beside it."""
    own = {"kind": "section", "code": section.code, "title": section.title, "text": section.text}
    return own | {
        "version": section.version,
        "pieces": pieces,
        "lines": [
            {"list": one.list, "text": one.text, "since": one.added_on.isoformat()} for one in section.swot_items.all()
        ],
        "levels": [
            {
                "competency": str(one.competency),
                "level": one.level,
                "on": one.rated_on.isoformat(),
                "by": "owner" if one.by_id == section.shareable.owner_id else "assessor",
            }
            for one in section.ratings.all()
        ],
        **_education(section),
    }


def _education(section: Section) -> dict[str, Any]:
    """Empty lists in any other section. Hours are text, and of quarters: a reader sees no single week."""
    lessons, certificates = section.lessons.all(), section.certificates.all()
    quarters = timeshare.by_quarter(section.weeks.all())
    return {
        "lessons": [
            {"kind": one.kind, "title": one.title, "on": one.followed_on.isoformat(), "learned": one.learned}
            for one in lessons
        ],
        "certificates": [
            {
                "title": one.title,
                "issuer": one.issuer,
                "level": one.level,
                "hours": None if one.hours is None else str(one.hours),
                "on": one.issued_on.isoformat(),
                "valid_until": one.valid_until.isoformat() if one.valid_until else None,
            }
            for one in certificates
        ],
        "quarters": [
            {
                "year": one.quarter.year,
                "number": one.quarter.number,
                "growth": str(one.growth),
                "total": str(one.total),
                "weeks": one.weeks,
            }
            for one in quarters
        ],
    }


def _goal(one: Goal) -> dict[str, Any]:
    return {
        "kind": "goal",
        "code": one.code,
        "title": one.title,
        "version": one.version,
        "state": one.state,
        "target_on": one.target_on.isoformat() if one.target_on else None,
        "texts": {name: text for name in ("why", "how", "reason") if (text := getattr(one, name))},
    }


def _experience(one: Experience) -> dict[str, Any]:
    return {
        "kind": "experience",
        "code": one.code,
        "title": one.title,
        "version": one.version,
        "happened_on": one.happened_on.isoformat(),
        "competencies": [in_language(names) for names in one.tags or ()],
        "texts": {name: text for name in STARR if (text := getattr(one, name))},
        "files": _files(one.shareable),
    }


def _profile(one: Profile) -> dict[str, Any]:
    return {
        "kind": "profile",
        "code": one.code,
        "title": one.title,
        "version": one.version,
        "text": one.text,
        "products": [
            {"title": made.title, "on": made.made_on.isoformat(), "contribution": made.contribution}
            for made in one.products.all()
        ],
        "files": _files(one.shareable),
    }


def _files(piece: Shareable) -> list[dict[str, str]]:
    return [{"name": file.name, "sha256": file.sha256} for file in piece.files.all() if not file.is_hidden]


def destroy(snapshot: Snapshot, *, by: User, at: datetime.datetime) -> None:
    """The owner takes it back: the bytes go, for both. Doing it again changes nothing."""
    if snapshot.occasion.owner_id != by.pk:
        raise ValueError("only the owner destroys a snapshot")
    documents.withdraw(snapshot.document, kind=Document.Withdrawal.PRIVACY, by=by, at=at)
