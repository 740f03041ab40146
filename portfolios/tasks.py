"""Long work of the portfolio (docs/documents.md): a PDF of chosen sections (P17)."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal import documents, pdf, readings
from portal.jobs import Args, Failure, Kind, Progress
from portal.models import Document, Job, User
from portal.models.sharing import Channel
from portfolios import pdfs

PAPER = "portfolio-pdf"
OWNER = "owner"


def args_of(owner: User, codes: list[str]) -> Args:
    """Codes only: whose portfolio, and which sections."""
    return {OWNER: owner.code} | {f"section-{number}": code for number, code in enumerate(codes)}


def codes_in(args: Args) -> list[str]:
    return [code for name, code in args.items() if name != OWNER]


def make(job: Job, progress: Progress) -> Document:
    """What its asker sees at this moment; each piece in it is a reading, noted before anything is made."""
    at = timezone.now()
    sections = pdfs.sections_of(job.args[OWNER], codes_in(job.args), job.owner, at)
    if not sections:
        raise Failure("right_gone")
    progress(1, 3)
    title, composed, pieces = pdfs.portfolio(sections, reader=job.owner, at=at)
    readings.note(job.owner, pieces, channel=Channel.FILE, at=at)
    progress(2, 3)
    body = pdf.make(composed.html).pdf
    document = documents.freeze(
        body,
        kind="job",
        about=job.code,
        title=title,
        language=job.owner.language,
        text_hash=composed.text_hash,
        at=at,
        owner=job.owner,
        is_temporary=True,
    )
    progress(3, 3)
    return document


def may_have(owner: User, args: Args) -> bool:
    """Every section that was asked for, now: asked again when it begins and when the result is fetched."""
    codes = codes_in(args)
    return len(pdfs.sections_of(args[OWNER], codes, owner, timezone.now())) == len(codes) > 0


def asked_on(owner: User, args: Args) -> str:
    """Where its sections are chosen."""
    mine = args[OWNER] == owner.code
    return reverse("portfolios:paper") if mine else reverse("portfolios:paper_of", args=[args[OWNER]])


_TOO_MUCH = _(
    "It was too much for one document. Nothing is lost. "
    "Choose fewer sections, and make a second document of the others."
)
SENTENCES = dict.fromkeys(("pages", "text", "elements", "memory", "time"), _TOO_MUCH)
PORTFOLIO = Kind(_("A portfolio as PDF"), make, may_have, SENTENCES, asked_on)
