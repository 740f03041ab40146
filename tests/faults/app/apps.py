from django.apps import AppConfig


class FaultsConfig(AppConfig):
    """An app whose only contribution is something to be reminded of."""

    name = "tests.faults.app"
    label = "faults"
    kinds = "tests.faults.app.kinds.KINDS"
    mails = "tests.faults.app.kinds.MAILS"
