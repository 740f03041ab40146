"""The example of long work in the style guide: every example document, in both languages, as one file."""

import io
import zipfile

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from portal import documents, pdf_samples
from portal.jobs import Kind, Progress
from portal.models import Document, Job

LONG_AGO = (2027, 1, 28, 16, 0, 0)  # the same date for every file: the same input gives the same bytes


def bundle(job: Job, progress: Progress) -> Document:
    wanted = [
        (language, sample)
        for language, _name in settings.LANGUAGES
        for sample in pdf_samples.all_samples(language).values()
    ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for number, (language, sample) in enumerate(wanted):
            progress(number, len(wanted))
            name = f"{language}/{sample.template.removesuffix('.html').replace('/pdf/', '-')}.pdf"
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), sample.render(language))
    progress(len(wanted), len(wanted))
    with translation.override(job.owner.language):
        title = str(BUNDLE.title)
    return documents.freeze(
        packed.getvalue(),
        kind="job",
        about=job.code,
        title=title,
        language=job.owner.language,
        at=timezone.now(),
        owner=job.owner,
        media_type="application/zip",
        is_temporary=True,
    )


BUNDLE = Kind(_("Example documents in both languages"), bundle, lambda owner, args: settings.DEMO or settings.TESTING)
