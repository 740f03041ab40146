"""Who makes questionnaires and surveys, before anything of either is shown."""

from django.http import Http404, HttpRequest

from portal.models import Organisation
from surveys.rules.waves import organisations_of


def places_of(request: HttpRequest) -> list[Organisation]:
    """Where they make them. Raises Http404 for who makes none."""
    places = organisations_of(request.user)
    if not places:
        raise Http404
    return places
