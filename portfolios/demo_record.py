"""Profiles, education and time of the demo's people (P9, P10): their part of the stories in portfolios/demo.py."""

import datetime
import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from portal import files
from portal.demo import day, moment
from portal.models import User
from portfolios.actions import education, evidence, profiles
from portfolios.models import Experience, Profile, ProfileProduct, Section
from portfolios.models.quarters import Quarter

Step = tuple[datetime.datetime, Callable[[], Any]]
Things = dict[str, Section | Experience | Profile]


def steps(document: dict[str, Any], owner: User, things: Things) -> Iterator[Step]:
    """What is chosen and made, in its time; what is older than its place is written down when that is there.

    Weeks and links come last: they are of now, whatever days they speak of.
    """
    opened = moment(document["opened"], "20:00")
    for row in document.get("profiles", []):
        at = moment(row["day"], row["time"])
        yield at, partial(_choose, row, owner, things, at)
        for made in row["products"]:
            yield max(moment(made["day"], "21:00"), at), partial(_make, row["key"], made, owner, things)
        yield moment(0, "00:00"), partial(_link, row, owner, things)
    learned = document.get("education", {})
    for row in learned.get("lessons", []):
        yield max(moment(row["day"], "20:00"), opened), partial(_lesson, row, owner, things)
    for row in learned.get("certificates", []):
        at = max(moment(row["day"], "20:10"), opened)
        yield at, partial(_certificate, row, owner, things, at)
    if weeks := learned.get("weeks"):
        yield moment(0, "00:00"), partial(_log, weeks, owner, things, day(document["opened"]))


def add_files(document: dict[str, Any], owner: User) -> None:
    """The drawings of what was made; apart, because a file is never added inside a transaction."""
    for row in document.get("profiles", []):
        for made in row["products"]:
            if "drawing" not in made:
                continue
            products = ProfileProduct.objects.select_related("profile__shareable")
            product = products.get(profile__shareable__owner=owner, title=made["title"])
            upload = SimpleUploadedFile(made["drawing"]["name"], _drawn(made["drawing"]["lines"]))
            at = moment(made["day"], "21:05")
            added = files.add(upload, about=product.profile.shareable, by=owner, declared=True, at=at)
            profiles.attach(product, [added], by=owner)


def _drawn(lines: list[str]) -> bytes:
    """A card with these lines, as a photo of it."""
    picture = Image.new("RGB", (900, 640), "#F6F3EA")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((24, 24, 876, 616), outline="#0B6E6E", width=6)
    for number, line in enumerate(lines):
        size, ink = (46, "#0B6E6E") if number == 0 else (36, "#1B2430")
        pen.text((70, 70 + 92 * number), line, fill=ink, font=ImageFont.load_default(size))
    body = io.BytesIO()
    picture.save(body, "PNG")
    return body.getvalue()


def _choose(row: dict[str, Any], owner: User, things: Things, at: datetime.datetime) -> None:
    section = things["profiles"]
    assert isinstance(section, Section)
    chosen = profiles.choose(section, row["key"], by=owner, at=at)
    profiles.write(chosen, text=row["text"], version=chosen.version, by=owner, at=at)
    things[f"profile:{row['key']}"] = chosen  # a section may have the same key


def _make(key: str, made: dict[str, Any], owner: User, things: Things) -> None:
    profile = things[f"profile:{key}"]
    assert isinstance(profile, Profile)
    made_on = day(made["day"])
    assert made_on is not None
    facts = {"title": made["title"], "made_on": made_on, "contribution": made["contribution"]}
    profiles.add_product(profile, **facts, by=owner)


def _link(row: dict[str, Any], owner: User, things: Things) -> None:
    target = things[f"profile:{row['key']}"].shareable
    for key in row["evidence"]:
        evidence.link(things[key].shareable, target, by=owner)


def _lesson(row: dict[str, Any], owner: User, things: Things) -> None:
    facts = {"kind": row["kind"], "title": row["title"], "followed_on": day(row["day"]), "learned": row["learned"]}
    education.keep_lesson(_education(things), facts, by=owner)


def _certificate(row: dict[str, Any], owner: User, things: Things, at: datetime.datetime) -> None:
    facts = {name: row[name] for name in ("title", "issuer", "level")}
    facts |= {"hours": Decimal(row["hours"]) if row["hours"] else None, "issued_on": day(row["day"])}
    education.keep_certificate(_education(things), facts | {"valid_until": day(row["until"])}, by=owner, at=at)


def _log(rows: dict[str, list[list[str]]], owner: User, things: Things, since: datetime.date | None) -> None:
    """By quarter, "0" is the present one, so that the trend is there on whatever day the demo is loaded."""
    on = timezone.localdate()
    for back, weeks in rows.items():
        quarter = Quarter.of(on)
        for _step in range(int(back)):
            quarter = quarter.before
        first = quarter.first_day + datetime.timedelta(days=-quarter.first_day.weekday() % 7)
        for number, (work, growth) in enumerate(weeks):
            monday = first + datetime.timedelta(days=7 * number)
            if since and since <= monday <= min(on - datetime.timedelta(days=5), quarter.last_day):
                education.log_week(_education(things), monday, work=Decimal(work), growth=Decimal(growth), by=owner)


def _education(things: Things) -> Section:
    section = things["education"]
    assert isinstance(section, Section)
    return section
