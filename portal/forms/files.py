from django import forms
from django.utils.translation import gettext_lazy as _

from portal import files


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("Choose a picture or a PDF"),
        help_text=_(
            "JPEG, PNG, WebP or PDF, at most 20 MB. What a camera writes in a photo, such as the place, is taken out."
        ),
        allow_empty_file=True,  # files.add has words for it
        max_length=1000,
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(sorted(files.EVIDENCE))}),
        error_messages={"required": _("Choose a file first.")},
    )
    declared = forms.BooleanField(
        label=_("There is no patient data in it: no name, face, date of birth or number."),
        error_messages={"required": files.WORDS["declare"]},
    )
