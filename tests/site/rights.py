"""Who may see what in the world of these tests: the truth of G4 by hand, never from the code."""

from tests.site import world as w

READERS: dict[str, set[str]] = {
    w.SHARED_SECTION: {w.OWNER, w.MENTOR, w.NO_SECOND_FACTOR},
    w.ITEM: {w.OWNER, w.MENTOR, w.NO_SECOND_FACTOR},
    w.PRIVATE_SECTION: {w.OWNER},
    w.SHARED_ITEM: {w.OWNER, w.ITEM_READER},
    w.PRIVATE_ITEM: {w.OWNER},
    w.OTHER_SECTION: {w.OWNER, w.OTHER_READER},
    w.OTHER_ITEM: {w.OWNER, w.OTHER_READER},
    w.DRAFT: {w.OWNER},
    w.FOREIGN_SECTION: {w.LAB_TRAINEE},
    w.FOREIGN_ITEM: {w.LAB_TRAINEE},
    w.GOAL: {w.OWNER, w.ITEM_READER},
    w.PRIVATE_GOAL: {w.OWNER},
    w.FOREIGN_GOAL: {w.LAB_TRAINEE},
    w.PROFILE: {w.OWNER, w.ITEM_READER},
    w.PRIVATE_PROFILE: {w.OWNER},
    w.FOREIGN_PROFILE: {w.LAB_TRAINEE},
    w.ABSENT: set(),
}
LINKS: dict[str, set[str]] = {
    piece: {w.LINKED} if piece in (w.SHARED_ITEM, w.GOAL, w.PROFILE) else set()
    for piece in (*w.PIECES, *w.GOALS, *w.PROFILES)
}
OWNERS: dict[str, set[str]] = {
    **dict.fromkeys((w.SHARED_SECTION, w.PRIVATE_SECTION, w.OTHER_SECTION), {w.OWNER}),
    **dict.fromkeys((w.ITEM, w.SHARED_ITEM, w.PRIVATE_ITEM, w.OTHER_ITEM, w.DRAFT), {w.OWNER}),
    **dict.fromkeys((w.GOAL, w.PRIVATE_GOAL, w.PROFILE, w.PRIVATE_PROFILE), {w.OWNER}),
    **dict.fromkeys((w.FOREIGN_SECTION, w.FOREIGN_ITEM, w.FOREIGN_GOAL, w.FOREIGN_PROFILE), {w.LAB_TRAINEE}),
    w.ABSENT: set(),
}
TALKERS: dict[str, set[str]] = {
    w.TALK: {w.OWNER, w.MENTOR},
    w.NEXT_TALK: {w.OWNER, w.MENTOR},
    w.OTHER_TALK: {w.OWNER, w.UNSHARED},
    w.FORMER_TALK: {w.OWNER},
    w.FORMER_NEXT_TALK: {w.OWNER},
    w.ABSENT: set(),
}
OPERATORS = {w.OPERATOR, w.SUPERUSER, w.OPERATOR_NO_SECOND_FACTOR}
WITHOUT_SECOND_FACTOR = {w.NO_SECOND_FACTOR, w.OPERATOR_NO_SECOND_FACTOR}
ADMINISTERS = {"hospital": w.ADMINISTRATOR, "department": w.ADMINISTRATOR, "other hospital": w.ADMINISTRATOR_ELSEWHERE}
WRITERS = frozenset({w.ORGANISER, w.RAPPORTEUR})
SURVEYORS = frozenset({w.ORGANISER, w.COORDINATOR, w.ADMINISTRATOR, w.ADMINISTRATOR_ELSEWHERE})
EVERYBODY = frozenset(w.ACTORS)
NO_ONE: frozenset[str] = frozenset()
