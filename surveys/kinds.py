"""What surveys ask of people (portal/kinds.py)."""

from django.utils.translation import gettext_lazy as _

from portal.kinds import Kind
from surveys.rules.waves import FILL_IN

KINDS = {
    FILL_IN: Kind(
        title=_("Fill in a survey"),
        neutral=_("A survey asks for your answers."),
        why=_("Nobody can see who answered what."),
        button=_("To the survey"),
    ),
}
