"""What the search box finds in conversations: those that one takes part in."""

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils.translation import gettext as _

from mentoring.models import Conversation
from portal.models import Relation, User
from portal.search import Found, Hit

_RELATION = Relation._meta.db_table
_LINES = f"SELECT id FROM {_RELATION} WHERE person_id = %s UNION ALL SELECT id FROM {_RELATION} WHERE other_id = %s"
_IN = ("shareable__title", "place", "notes", "report", "response")


def find(person: User, words: str, start: int, stop: int) -> Found:
    anywhere = Q()
    for field in _IN:
        anywhere |= Q(**{f"{field}__icontains": words})
    # By the lines of this person, few and with an index; who may see what is on them is asked as everywhere.
    lines = RawSQL(_LINES, [person.pk, person.pk])
    rows = Conversation.objects.visible_to(person, narrow=True).filter(anywhere, track__in=lines)
    total = rows.count()
    if start >= min(stop, total):
        return Found([], total)
    found = rows.select_related("shareable", "track__relation__person", "track__relation__other")
    return Found([_hit(one, person) for one in found.order_by("-due_on", "pk")[start:stop]], total)


def _hit(conversation: Conversation, person: User) -> Hit:
    address = reverse("mentoring:conversation", args=[conversation.code])
    name = {"name": conversation.counterpart(person).full_name}
    return Hit(str(conversation.shareable), address, _("with %(name)s") % name)
