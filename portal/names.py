"""What a name may look like: a name goes into mails and lists, so it cannot carry a link or a command."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_PUNCTUATION = frozenset(" .,'’`´-‐()·")
# Mail programs make a link of "word.word". Initials ("J.P.") and titles ("prof. dr.") are no such thing.
_LINKLIKE = re.compile(r"\w\w\.\w")


def check_name(value: str) -> None:
    """Letters of any script, spaces and the marks that names have. Raises ValidationError."""
    strange = [sign for sign in value if not (unicodedata.category(sign)[0] in "LM" or sign in _PUNCTUATION)]
    if strange:
        signs = " ".join(sorted({sign if sign.isprintable() else "?" for sign in strange}))[:20]
        raise ValidationError(_("A name cannot have these signs: %(signs)s"), params={"signs": signs})
    if _LINKLIKE.search(value):
        raise ValidationError(_("Write a space after the point."))
