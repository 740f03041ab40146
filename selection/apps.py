from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SelectionConfig(AppConfig):
    name = "selection"
    verbose_name = _("Selection")
    registry = "selection.registry_data.DATA"
    demo = "selection.demo.load"
    nav = "selection.nav.items"
    kinds = "selection.kinds.KINDS"
    scale = "selection.scale.seed"
