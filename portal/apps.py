from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Leerlijn"
    registry = "portal.registry_data.DATA"
    demo = "portal.demo.load"
    data = "portal.sectors.load_shipped"
    nav = "portal.nav.items"
    jobs = {"style-bundle": "portal.sample_job.BUNDLE"}
    pdf_samples = "portal.pdf_samples.samples"
    mails = "portal.mails.KINDS"
    kinds = "portal.jobs.KINDS"
    scale = "portal.scale.seed"

    def ready(self) -> None:
        from portal import checks  # noqa: F401  registers the system checks
