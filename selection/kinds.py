"""The words of what selection asks of people (portal/kinds.py)."""

from django.utils.translation import gettext_lazy as _

from portal.kinds import Kind
from portal.models.today import Group

KINDS = {
    "selection.score": Kind(
        _("Score the interviews of %(day)s"),
        _("Your sheets of the interviews of %(day)s are open."),
        _("Everybody scores alone. The scores open when all are in."),
        _("To my sheets"),
        group=Group.SELECTION,
        days=("day",),
    ),
    "selection.revealed": Kind(
        _("All sheets are in: the scores are open"),
        _("Something is ready for you in a selection procedure."),
        group=Group.SELECTION,
    ),
}
