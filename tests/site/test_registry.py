"""The registry of data (portal.md G14) is complete, and points at what exists."""

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.constants import LOOKUP_SEP

from portal import registry
from portal.models import User
from portal.registry import Data, DataClass, Erase

DECLARED = list(registry.declared())
ids = [data.model for data in DECLARED]


def test_every_model_is_declared_once():
    """Tables that only join two models are part of the model that names them."""
    there = sorted(model._meta.label for model in apps.get_models() if not model._meta.auto_created)
    assert sorted(data.get_model()._meta.label for data in DECLARED) == there


@pytest.mark.parametrize("data", DECLARED, ids=ids)
def test_the_owner_is_a_path_to_a_person(data: Data):
    if data.owner == "pk":
        assert data.get_model() is User
    elif data.owner:
        assert last_of(data.get_model(), data.owner).related_model is User


def last_of(model: type[models.Model], path: str) -> models.Field:
    for name in path.split(LOOKUP_SEP):
        field = model._meta.get_field(name)
        assert field.is_relation and not field.auto_created, (
            f"{model.__name__}.{name} leads to no row that it points at"
        )
        model = field.related_model
    return field


@pytest.mark.parametrize("data", DECLARED, ids=ids)
def test_what_is_named_exists(data: Data):
    model = data.get_model()
    assert {*data.confidential, *(name for name, _ in data.empty)} <= {one.name for one in model._meta.concrete_fields}
    for name in data.export:
        try:
            model._meta.get_field(name)
        except FieldDoesNotExist:
            assert isinstance(getattr(model, name), property), f"{data.model} has no {name} to export"


@pytest.mark.parametrize("data", DECLARED, ids=ids)
def test_what_is_about_a_person_says_whose_it_is_and_how_it_ends(data: Data):
    about_people = data.data_class in (DataClass.PERSONAL, DataClass.CONFIDENTIAL)
    assert data.keep or not about_people, "how long is it kept?"
    if data.erase in (Erase.DELETE, Erase.EMPTY, Erase.FILES):
        assert data.owner, "erasing needs to know whose it is"
    if data.erase is Erase.EMPTY:
        assert data.empty
    if data.erase is Erase.KEEP:
        assert data.why, "why does it stay when its owner is erased?"


@pytest.mark.parametrize(
    "data", [one for one in DECLARED if one.data_class is DataClass.CONFIDENTIAL], ids=lambda one: one.model
)
def test_confidential_words_go_when_their_owner_is_erased(data: Data):
    emptied = {name for name, _ in data.empty}
    assert data.erase in (Erase.DELETE, Erase.DOCUMENTS, Erase.FILES) or set(data.confidential) <= emptied


def test_whatever_points_at_a_person_is_declared_to_be_about_people():
    """A foreign key to a person in a model that says "nobody's" is a row that an erasure would forget."""
    forgotten = [
        data.model
        for data in DECLARED
        if not data.owner
        and not data.why
        and any(one.is_relation and one.related_model is User for one in data.get_model()._meta.concrete_fields)
    ]
    assert forgotten == []


def test_what_points_at_a_row_is_erased_before_the_row():
    place = {data.get_model(): number for number, data in enumerate(DECLARED) if data.erase is Erase.DELETE}
    late = [
        f"{model.__name__}.{field.name}"
        for model, number in place.items()
        for field in model._meta.concrete_fields
        if field.is_relation
        and field.remote_field.on_delete is models.PROTECT
        and field.related_model is not model
        and place.get(field.related_model, len(DECLARED)) < number
    ]
    assert late == []
