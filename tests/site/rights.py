"""Who may see what in the world of these tests: the truth of G4 by hand, never from the code."""

from tests.site import names as n

READERS: dict[str, set[str]] = {
    n.SHARED_SECTION: {n.OWNER, n.MENTOR, n.NO_SECOND_FACTOR},
    n.ITEM: {n.OWNER, n.MENTOR, n.NO_SECOND_FACTOR},
    n.PRIVATE_SECTION: {n.OWNER},
    n.SHARED_ITEM: {n.OWNER, n.ITEM_READER},
    n.PRIVATE_ITEM: {n.OWNER},
    n.OTHER_SECTION: {n.OWNER, n.OTHER_READER},
    n.OTHER_ITEM: {n.OWNER, n.OTHER_READER},
    n.DRAFT: {n.OWNER},
    n.FOREIGN_SECTION: {n.LAB_TRAINEE},
    n.FOREIGN_ITEM: {n.LAB_TRAINEE},
    n.GOAL: {n.OWNER, n.ITEM_READER},
    n.PRIVATE_GOAL: {n.OWNER},
    n.FOREIGN_GOAL: {n.LAB_TRAINEE},
    n.PROFILE: {n.OWNER, n.ITEM_READER},
    n.PRIVATE_PROFILE: {n.OWNER},
    n.FOREIGN_PROFILE: {n.LAB_TRAINEE},
    n.ABSENT: set(),
}
LINKS: dict[str, set[str]] = {
    piece: {n.LINKED} if piece in (n.SHARED_ITEM, n.GOAL, n.PROFILE) else set()
    for piece in (*n.PIECES, *n.GOALS, *n.PROFILES)
}
OWNERS: dict[str, set[str]] = {
    **dict.fromkeys((n.SHARED_SECTION, n.PRIVATE_SECTION, n.OTHER_SECTION), {n.OWNER}),
    **dict.fromkeys((n.ITEM, n.SHARED_ITEM, n.PRIVATE_ITEM, n.OTHER_ITEM, n.DRAFT), {n.OWNER}),
    **dict.fromkeys((n.GOAL, n.PRIVATE_GOAL, n.PROFILE, n.PRIVATE_PROFILE), {n.OWNER}),
    **dict.fromkeys((n.FOREIGN_SECTION, n.FOREIGN_ITEM, n.FOREIGN_GOAL, n.FOREIGN_PROFILE), {n.LAB_TRAINEE}),
    n.ABSENT: set(),
}
TALKERS: dict[str, set[str]] = {
    n.TALK: {n.OWNER, n.MENTOR},
    n.NEXT_TALK: {n.OWNER, n.MENTOR},
    n.OTHER_TALK: {n.OWNER, n.UNSHARED},
    n.FORMER_TALK: {n.OWNER},
    n.FORMER_NEXT_TALK: {n.OWNER},
    n.ABSENT: set(),
}
OPERATORS = {n.OPERATOR, n.SUPERUSER, n.OPERATOR_NO_SECOND_FACTOR}
WITHOUT_SECOND_FACTOR = {n.NO_SECOND_FACTOR, n.OPERATOR_NO_SECOND_FACTOR}
ADMINISTERS = {
    "hospital": n.ADMINISTRATOR,
    "department": n.ADMINISTRATOR,
    "other hospital": n.ADMINISTRATOR_ELSEWHERE,
}
WRITERS = frozenset({n.ORGANISER, n.RAPPORTEUR})
SURVEYORS = frozenset({n.ORGANISER, n.COORDINATOR, n.ADMINISTRATOR, n.ADMINISTRATOR_ELSEWHERE})
EVERYBODY = frozenset(n.ACTORS)
NO_ONE: frozenset[str] = frozenset()
