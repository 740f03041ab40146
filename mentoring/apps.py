from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MentoringConfig(AppConfig):
    name = "mentoring"
    verbose_name = _("Guidance")
    registry = "mentoring.registry_data.DATA"
    nav = "mentoring.nav.items"
    agenda = "mentoring:agenda"
    kinds = "mentoring.kinds.KINDS"
    search = "mentoring.search.find"
    demo = "mentoring.demo.load"
    scale = "mentoring.scale.seed"
    pdf_samples = "mentoring.pdfs.samples"
