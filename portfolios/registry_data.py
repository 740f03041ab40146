"""What the portfolios keep about people (portal.md G14)."""

from portal.registry import Data, DataClass, Erase

_STARR = ("situation", "task", "action", "result", "reflection")

DATA = [
    Data(
        "portfolios.SupervisionLevel",
        DataClass.CONFIDENTIAL,
        "trainee",
        ("kind", "task", "note", "wanted", "state", "level", "names", "conditions", "review_on", "reason", "asked_at"),
        Erase.DELETE,
        confidential=("note", "conditions", "reason"),
        keep="the owner decides",
    ),
    Data(
        "portfolios.SupervisionCard",
        DataClass.CONFIDENTIAL,
        "shareable__owner",
        ("placement", "opened_at"),
        Erase.DELETE,
        keep="the owner decides",
    ),
    Data(
        "portfolios.Snapshot",
        DataClass.PERSONAL,
        "occasion__owner",
        ("reader", "document", "frozen_at"),
        why="points at a document whose bytes and title are destroyed with its owner",
        keep="the owner decides",
    ),
    Data(
        "portfolios.Comment",
        DataClass.CONFIDENTIAL,
        "piece__owner",
        ("piece", "author", "text", "written_at", "hidden_at"),
        Erase.DELETE,
        confidential=("text",),
        keep="the owner of the portfolio decides",
    ),
    Data(
        "portfolios.Experience",
        DataClass.CONFIDENTIAL,
        "shareable__owner",
        ("title", "kind", "happened_on", "placement", *_STARR, "competencies", "section", "created_at", "updated_at"),
        Erase.DELETE,
        confidential=_STARR,
        keep="the owner decides",
    ),
    Data(
        "portfolios.Section",
        DataClass.CONFIDENTIAL,
        "shareable__owner",
        ("title", "text", "position", "hidden_at", "updated_at"),
        Erase.DELETE,
        confidential=("text",),
        keep="the owner decides",
    ),
    Data(
        "portfolios.Portfolio",
        DataClass.PERSONAL,
        "owner",
        ("framework_version", "opened_at"),
        Erase.DELETE,
        keep="the owner decides",
    ),
    Data("portfolios.SectionTemplate", DataClass.PUBLIC, why="no person"),
    Data("portfolios.Competency", DataClass.PUBLIC, why="no person"),
    Data("portfolios.FrameworkVersion", DataClass.PUBLIC, why="no person"),
    Data("portfolios.Framework", DataClass.PUBLIC, why="no person"),
]
