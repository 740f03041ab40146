"""Nobody's text is overwritten unseen: every edit carries the version that it started from."""

from django.db.models import Model


class EditedElsewhere(Exception):
    """A newer version was saved meanwhile (another tab, another person); `current` is the row as it stands."""

    def __init__(self, current: Model) -> None:
        super().__init__("edited elsewhere")
        self.current = current
