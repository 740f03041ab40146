from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.published import in_language
from portfolios.models import Competency, FrameworkVersion


class RatingForm(forms.Form):
    """A level for each competency of the framework; each may stay open."""

    def __init__(self, *args: Any, version: FrameworkVersion, known: Mapping[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [(str(number), in_language(one["names"])) for number, one in enumerate(version.levels, start=1)]
        self.competencies = {f"c{one.pk}": one for one in version.competencies.all()}
        for name, one in self.competencies.items():
            self.fields[name] = forms.ChoiceField(
                label=str(one),
                help_text=one.description,
                choices=[("", _("I leave this open")), *words],
                required=False,
                widget=forms.RadioSelect,
                initial=str(known.get(one.pk, "")),
            )

    @property
    def under_headings(self) -> list[tuple[str, list[forms.BoundField]]]:
        groups: dict[str, list[forms.BoundField]] = {}
        for name, one in self.competencies.items():
            groups.setdefault(one.heading, []).append(self[name])
        return list(groups.items())

    def levels(self) -> dict[Competency, int]:
        """What was given; what stays open is left out."""
        return {one: int(self.cleaned_data[name]) for name, one in self.competencies.items() if self.cleaned_data[name]}
