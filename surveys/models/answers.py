"""The second store (surveys.md Q3): answers, and the ballots that let somebody give them. No path leads to a person.

All keys are random, so that they tell no order. While a survey is open the rows lie in the order in which the database
wrote them; closing copies the answers in random order and empties the rest.
"""

import uuid

from django.db import models

from surveys.models.waves import Survey


class Ballot(models.Model):
    """The right to answer once. Only the browser has the key; here is its hash."""

    key_hash = models.CharField(max_length=64, primary_key=True)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="ballots")
    group = models.SlugField(max_length=40)
    unit = models.SlugField(max_length=40, blank=True)
    is_used = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "a ballot"


class Given(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="+")
    group = models.SlugField(max_length=40)
    unit = models.SlugField(max_length=40, blank=True)
    answers = models.JSONField()  # by key of the question; docs/surveys.md says which value each type has

    is_frozen = True  # triggers refuse every change

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return "answers"


class Answer(Given):
    """Of an open survey. A trigger refuses one for a survey that is closed."""

    class Meta:
        default_permissions = ()


class ClosedAnswer(Given):
    """Of a closed survey: copied in random order, under new ids. A trigger refuses every change."""

    class Meta:
        default_permissions = ()
