from surveys.models.answers import Answer, Ballot, ClosedAnswer
from surveys.models.named import NamedAnswer
from surveys.models.questionnaires import Questionnaire, QuestionnaireVersion
from surveys.models.results import Result, TextToCheck
from surveys.models.waves import Invitation, Survey

__all__ = [
    "Answer",
    "Ballot",
    "ClosedAnswer",
    "Invitation",
    "NamedAnswer",
    "Questionnaire",
    "QuestionnaireVersion",
    "Result",
    "Survey",
    "TextToCheck",
]
