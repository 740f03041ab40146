"""What selection keeps about people (portal.md G14)."""

from portal.registry import Data, DataClass, Erase

_TEXTS = ("situation", "task", "action", "result", "reflection", "reason", "evidence", "concern")

DATA = [
    Data(
        "selection.Answer",
        DataClass.CONFIDENTIAL,
        "sheet__candidate__person",
        (*_TEXTS, "score"),
        Erase.EMPTY,
        tuple((name, "") for name in _TEXTS) + (("score", None), ("is_not_observed", False)),
        _TEXTS,
        keep="28 days after the last date for a complaint",
    ),
    Data(
        "selection.Sheet",
        DataClass.PERSONAL,
        "candidate__person",
        ("submitted_at",),
        why="who scored whom, and when it was handed in; names nobody once candidate and rater are shells",
        keep="28 days after the last date for a complaint",
    ),
    Data(
        "selection.Declaration",
        DataClass.PERSONAL,
        "candidate__person",
        ("stands_back", "declared_at"),
        Erase.DELETE,
        keep="28 days after the last date for a complaint",
    ),
    Data(
        "selection.Candidate",
        DataClass.CONFIDENTIAL,
        "person",
        ("name", "institution", "number"),
        Erase.EMPTY,
        (("name", ""), ("institution", "")),
        ("name", "institution"),
        keep="28 days after the last date for a complaint",
    ),
    Data("selection.PanelMember", DataClass.PUBLIC, "person", ("procedure", "role"), why="who selected is on record"),
    Data("selection.ProcedureVersion", DataClass.PUBLIC, why="no person"),
    Data("selection.Procedure", DataClass.PUBLIC, why="no person"),
]
