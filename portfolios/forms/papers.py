from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal import pdf
from portfolios import extent
from portfolios.models import Section


class PaperForm(forms.Form):
    """Which sections are to be in it, by code; all of them at first. Where they are too much for one document, each
    says how long it is."""

    sections = forms.MultipleChoiceField(
        label=_("Which sections?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one section.")},
    )

    def __init__(
        self, sections: Sequence[Section], extents: Mapping[str, extent.Extent], *args: Any, **kwargs: Any
    ) -> None:
        self.extents = extents
        self.all = extent.together(extents.values())
        codes = [(one.code, self._label(one)) for one in sections]
        super().__init__(*args, initial={"sections": [code for code, _title in codes]}, **kwargs)
        self.fields["sections"].choices = codes  # type: ignore[attr-defined]

    def _label(self, section: Section) -> str:
        pages = self.extents[section.code].pages
        if not (self.all.is_more_than_fits and pages):
            return section.title
        words = ngettext("%(section)s, about %(pages)s page", "%(section)s, about %(pages)s pages", pages)
        return words % {"section": section.title, "pages": pages}

    def clean_sections(self) -> list[str]:
        """Once each. What cannot fit is refused before anybody waits for it."""
        codes = list(dict.fromkeys(self.cleaned_data["sections"]))
        chosen = extent.together(self.extents[code] for code in codes)
        if chosen.is_far_too_much:
            raise forms.ValidationError(
                _(
                    "Together these are about %(pages)s pages; one document can hold %(most)s. "
                    "Choose fewer sections, and make a second document of the others."
                )
                % {"pages": chosen.pages, "most": pdf.MOST_PAGES}
            )
        return codes
