"""What surveys keep about people (portal.md G14). Answers are nobody's: nothing in them leads to a person. With names
they are of who gave them.
"""

from portal.registry import Data, DataClass, Erase

_NOBODYS = "nothing leads from it to a person, so nothing can be found of a person to erase"

DATA = [
    Data(
        "surveys.TextToCheck",
        DataClass.INTERNAL,
        confidential=("words",),
        keep="until the results are fixed",
        why=_NOBODYS,
    ),
    Data("surveys.Result", DataClass.INTERNAL, keep="with the survey", why="no person"),
    Data("surveys.ClosedAnswer", DataClass.INTERNAL, confidential=("answers",), keep="with the survey", why=_NOBODYS),
    Data(
        "surveys.Answer", DataClass.INTERNAL, confidential=("answers",), keep="until the survey is closed", why=_NOBODYS
    ),
    Data("surveys.Ballot", DataClass.INTERNAL, keep="until the survey is closed", why=_NOBODYS),
    Data(
        "surveys.NamedAnswer",
        DataClass.CONFIDENTIAL,
        "person",
        ("survey", "group", "unit", "answers", "answered_at"),
        Erase.DELETE,
        confidential=("answers",),
        keep="with the survey",
    ),
    Data(
        "surveys.Invitation",
        DataClass.PERSONAL,
        "person",
        ("survey", "group", "unit", "is_sent"),
        Erase.DELETE,
        keep="with the survey",
    ),
    Data(
        "surveys.Survey",
        DataClass.INTERNAL,
        why="of an organisation; who made it becomes a person without a name",
        keep="with the organisation",
    ),
    Data("surveys.QuestionnaireVersion", DataClass.PUBLIC, why="no person"),
    Data("surveys.Questionnaire", DataClass.PUBLIC, why="no person"),
]
