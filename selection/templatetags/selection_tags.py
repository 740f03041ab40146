from fractions import Fraction

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()
PLACES = 2


@register.filter
def exact(value: Fraction | None) -> str:
    """3,75: rounded for the eye only, half away from zero; a word where there is no number."""
    if value is None:
        return _("none")
    hundredths = (2 * value.numerator * 10**PLACES + value.denominator) // (2 * value.denominator)
    return number_format(f"{hundredths // 100}.{hundredths % 100:02}", PLACES)
