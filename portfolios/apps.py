from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortfoliosConfig(AppConfig):
    name = "portfolios"
    verbose_name = _("Portfolios")
    registry = "portfolios.registry_data.DATA"
    demo = "portfolios.demo.load"
    data = "portfolios.actions.frameworks.load_shipped"
    nav = "portfolios.nav.items"
    search = "portfolios.search.find"
    kinds = "portfolios.kinds.KINDS"
    today = "portfolios.today.next_steps"
    scale = "portfolios.scale.seed"
    jobs = {"portfolio-pdf": "portfolios.tasks.PORTFOLIO"}
    pdf_samples = "portfolios.pdfs.samples"
    drafts = {
        "experience": "portfolios:experience_edit",
        "experience-new": "portfolios:experience_new",
        "goal": "portfolios:goal_edit",
        "goal-new": "portfolios:goal_new",
        "profile": "portfolios:profile_edit",
        "product": "portfolios:product_edit",
        "product-new": "portfolios:product_new",
        "level-new": "portfolios:level_ask",
        "section": "portfolios:section_edit",
        "comment": "portfolios:comments",
    }
