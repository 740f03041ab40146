"""What surveys ask of people (portal/kinds.py)."""

from django.utils.translation import gettext_lazy as _

from portal.kinds import Kind
from surveys.rules import named
from surveys.rules.results import READY, TO_CHECK
from surveys.rules.waves import FILL_IN

KINDS = {
    FILL_IN: Kind(
        title=_("Fill in a survey"),
        neutral=_("A survey asks for your answers."),
        why=_("Nobody can see who answered what."),
        button=_("To the survey"),
    ),
    named.FILL_IN: Kind(
        title=_("Fill in a survey"),
        neutral=_("A survey asks for your answers."),
        why=_("Your name stands with your answers."),
        button=_("To the survey"),
    ),
    TO_CHECK: Kind(
        title=_("Check the texts of a survey for names"),
        neutral=_("A survey has closed. Its texts are to be checked for names."),
        why=_("After that its results are fixed, and whoever may see them can."),
        button=_("To the texts"),
    ),
    READY: Kind(title=_("The results of a survey are there"), neutral=_("The results of a survey are there.")),
}
