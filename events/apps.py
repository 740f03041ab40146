from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Meet-ups")
    registry = "events.registry_data.DATA"
    demo = "events.demo.load"
    scale = "events.scale.seed"
    nav = "events.nav.items"
    search = "events.search.find"
    kinds = "events.kinds.KINDS"
    jobs = {"event-report": "events.tasks.REPORT"}
    pdf_samples = "events.pdf_samples.samples"
    drafts = {"event-report": "events:report_edit"}
