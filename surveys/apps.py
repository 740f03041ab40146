from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("Surveys")
    registry = "surveys.registry_data.DATA"
    kinds = "surveys.kinds.KINDS"
    mails = "surveys.mails.KINDS"
    pdf_samples = "surveys.pdfs.samples"
    drafts = {"survey-answers": "surveys:named_fill"}
    jobs = {"survey-close": "surveys.tasks.CLOSING", "survey-answers-table": "surveys.tasks.ANSWERS"}
    data = "surveys.actions.questionnaires.load_shipped"
    demo = "surveys.demo.load"
    scale = "surveys.scale.seed"
