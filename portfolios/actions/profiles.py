"""Choosing a profile, writing about it, and what was made for it (P9)."""

import datetime
from collections.abc import Collection

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from portal import files, sharing
from portal.codes import new_code
from portal.editing import EditedElsewhere
from portal.models import Shareable, StoredFile, User
from portfolios import rules
from portfolios.models import Profile, ProfileProduct, ProfileSet, Section


def newest() -> ProfileSet | None:
    return ProfileSet.objects.order_by("-number").first()


def choose(section: Section, key: str, *, by: User, at: datetime.datetime | None = None) -> Profile:
    """This profile of the newest set; chosen again, the one that is there. Whoever reads the section reads it.

    Raises KeyError when there is no such profile.
    """
    at, standards = at or timezone.now(), newest()
    _require_owner(section.shareable, by)
    if not standards:
        raise KeyError(key)
    names = {one["key"]: one["names"] for one in standards.profiles}[key]
    with transaction.atomic():
        Shareable.objects.select_for_update().get(pk=section.pk)
        if there := Profile.objects.whole().filter(section=section, key=key).first():
            return there
        piece = Shareable.objects.create(kind=Shareable.Kind.DRAFT, owner=by, template_titles=names)
        sharing.file_under(piece, section.shareable, by=by, at=at)
        stamps = {"chosen_at": at, "updated_at": at}
        made = Profile.objects.create(shareable=piece, section=section, chosen_from=standards, key=key, **stamps)
    return Profile.objects.whole().get(pk=made.pk)


def write(profile: Profile, *, text: str, version: int, by: User, at: datetime.datetime | None = None) -> None:
    """Raises EditedElsewhere when `version` is not the newest."""
    _require_owner(profile.shareable, by)
    same = Profile.objects.filter(pk=profile.pk, version=version)
    if not same.update(text=text, version=F("version") + 1, updated_at=at or timezone.now()):
        raise EditedElsewhere(Profile.objects.whole().get(pk=profile.pk))


def add_product(
    profile: Profile, *, title: str, made_on: datetime.date, contribution: str, by: User, code: str = ""
) -> ProfileProduct:
    """Sent twice, with the same `code` or the same words, it is made once."""
    _require_owner(profile.shareable, by)
    facts = {"profile": profile, "title": title, "made_on": made_on, "contribution": contribution}
    with transaction.atomic():
        Profile.objects.select_for_update().get(pk=profile.pk)
        same = Q(code=code) | Q(**facts)  # by a change there may be several
        if there := profile.products.filter(same).order_by("pk").first():
            return there
        free = code and not ProfileProduct.objects.filter(code=code).exists()
        return ProfileProduct.objects.create(code=code if free else new_code(), **facts)


def change_product(
    product: ProfileProduct, *, title: str, made_on: datetime.date, contribution: str, version: int, by: User
) -> None:
    """Raises EditedElsewhere when `version` is not the newest."""
    _require_owner(product.profile.shareable, by)
    facts = {"title": title, "made_on": made_on, "contribution": contribution}
    same = ProfileProduct.objects.filter(pk=product.pk, version=version)
    if not same.update(**facts, version=F("version") + 1):
        raise EditedElsewhere(ProfileProduct.objects.get(pk=product.pk))


def attach(product: ProfileProduct, added: Collection[StoredFile], *, by: User) -> None:
    """These files of its profile are of this product. The same file may be of two."""
    _require_owner(product.profile.shareable, by)
    if any(file.about_id != product.profile_id for file in added):
        raise ValueError("a file of another piece")
    product.files.add(*added)


def remove_product(product: ProfileProduct, *, by: User) -> None:
    """With its files, unless another product has them too."""
    _require_owner(product.profile.shareable, by)
    with transaction.atomic():
        Shareable.objects.select_for_update().get(pk=product.profile_id)
        alone = [file for file in product.files.all() if file.products.count() == 1]
        ProfileProduct.objects.filter(pk=product.pk).delete()
        for file in alone:
            files.remove(file, by=by)


def drop(profile: Profile, *, by: User) -> None:
    """Chosen by mistake: one in which nothing is or was. Raises ValueError for any other."""
    _require_owner(profile.shareable, by)
    with transaction.atomic():
        piece = Shareable.objects.select_for_update().get(pk=profile.pk)
        fresh = Profile.objects.select_for_update().get(pk=profile.pk)
        if not rules.may_drop(by, fresh):
            raise ValueError("there is something in this profile")
        fresh.delete()
        piece.delete()


def _require_owner(piece: Shareable, by: User) -> None:
    if piece.owner_id != by.pk:
        raise ValueError("only the owner changes profiles")
