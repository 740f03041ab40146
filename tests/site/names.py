"""Who and what is there in the world of these tests: the words in which tests/site/policy.py speaks of them."""

ABSENT_CODE = "zzzzzzzzzzzz"
ANONYMOUS = "anonymous"

OWNER = "owner"
SAME_HOSPITAL = "trainee of the same hospital"
OTHER_HOSPITAL = "trainee of another hospital"
LAB_TRAINEE = "lab trainee with a portfolio"
MENTOR = "mentor with a live share of a section"
ITEM_READER = "reader of one experience"
OTHER_READER = "reader of another section"
EXPIRED = "reader until yesterday"
WITHDRAWN = "former mentor, withdrawn"
UNSHARED = "mentor without a share"
COORDINATOR = "coordinator"
DIRECTOR = "programme director"
ADMINISTRATOR = "administrator"
ADMINISTRATOR_ELSEWHERE = "administrator of another hospital"
OPERATOR = "operator"
SUPERUSER = "superuser"
BLOCKED = "blocked mentor with a live share"
NOBODY = "person without any role"
GUEST = "guest without a share"
CHAIR = "chair of a committee"
RATER = "committee member"
RECUSED = "committee member who stood back"
NO_SECOND_FACTOR = "mentor without a second factor, with a live share"
OPERATOR_NO_SECOND_FACTOR = "operator without a second factor"
ORGANISER = "organiser of meet-ups"
RAPPORTEUR = "rapporteur of a room"

SIGNED_IN = (
    OWNER,
    SAME_HOSPITAL,
    OTHER_HOSPITAL,
    LAB_TRAINEE,
    MENTOR,
    ITEM_READER,
    OTHER_READER,
    EXPIRED,
    WITHDRAWN,
    UNSHARED,
    COORDINATOR,
    DIRECTOR,
    ADMINISTRATOR,
    ADMINISTRATOR_ELSEWHERE,
    OPERATOR,
    SUPERUSER,
    NOBODY,
    GUEST,
    CHAIR,
    RATER,
    RECUSED,
    NO_SECOND_FACTOR,
    OPERATOR_NO_SECOND_FACTOR,
    ORGANISER,
    RAPPORTEUR,
)
LINKED = "guest who came in by a link to one experience"
ACTORS = (ANONYMOUS, *SIGNED_IN, BLOCKED, LINKED)

SHARED_SECTION = "shared section"
PRIVATE_SECTION = "private section"
OTHER_SECTION = "section shared with somebody else"
ITEM = "experience in the shared section"
SHARED_ITEM = "experience in the private section, shared by itself"
PRIVATE_ITEM = "experience in the private section"
OTHER_ITEM = "experience in the section shared with somebody else"
DRAFT = "draft"
FOREIGN_SECTION = "section of the lab trainee"
FOREIGN_ITEM = "experience of the lab trainee"
GOAL, PRIVATE_GOAL, FOREIGN_GOAL = "goal shared by itself", "goal in the private section", "goal of the lab trainee"
PROFILE, PRIVATE_PROFILE = "profile shared by itself", "profile that nobody else sees"
FOREIGN_PROFILE = "profile of the lab trainee"
LESSON, CERTIFICATE = "education that the owner followed", "certificate of the owner"
PROFILES = (PROFILE, PRIVATE_PROFILE, FOREIGN_PROFILE)
GOALS = (GOAL, PRIVATE_GOAL, FOREIGN_GOAL)
LINE = "line of the SWOT"
LEVELS = "section of competencies, that one may assess and another reads"
PROCEDURE = "procedure"
CANDIDATE = "candidate"
OTHER_CANDIDATE = "other candidate"
RATERS_SHEET = "sheet of the committee member"
CHAIRS_SHEET = "sheet of the chair, handed in"
ABSENT = "absent"
COMMENT = "comment of the mentor, answered"

WAITING_JOB = "job of the owner that waits"
READY_JOB = "job of the owner that is ready"
FOREIGN_JOB = "job of the lab trainee"

MEETUP, DRAFT_MEETUP = "announced meet-up", "meet-up that is not announced"
NOTED_ROOM, PUBLISHED_ROOM = "room with notes and a draft report", "room with a published report"
WITHDRAWN_ROOM, DRAFT_ROOM = "room with a withdrawn report", "room of a meet-up that is not announced"
DRAFT_REPORT, READ_REPORT = "report that is a draft", "report that the rapporteur reads along"
PUBLISHED_REPORT, WITHDRAWN_REPORT = "published report", "withdrawn report"
REPORTS = (DRAFT_REPORT, READ_REPORT, PUBLISHED_REPORT, WITHDRAWN_REPORT)
TALK = "conversation with the mentor, to be signed"
NEXT_TALK = "next conversation with the mentor"
OTHER_TALK = "conversation with the mentor without a share"
FORMER_TALK = "conversation with the former mentor"
FORMER_NEXT_TALK = "conversation with the former mentor that was to come"
TALKS = (TALK, NEXT_TALK, OTHER_TALK, FORMER_TALK, FORMER_NEXT_TALK)

OPEN_SURVEY, DRAFT_SURVEY, CLOSED_SURVEY = "open survey", "survey that is being prepared", "closed survey"
RESULTS, TEXTS = "survey with results for who was invited", "closed survey whose texts are to be checked"
SURVEYS = (OPEN_SURVEY, DRAFT_SURVEY, CLOSED_SURVEY)
CARD, LEVEL = "card of the owner, shown to the department", "level that the owner asked for"
INVITATION = "invitation of the owner to the open survey"
NAMED_SURVEY, NAMED_INVITATION = "open survey with names", "invitation of the owner to the survey with names"
ANSWERS, OTHER_ANSWERS = "what the owner answered with a name", "what the lab trainee answered with a name"
QUESTIONNAIRE = "questionnaire of the association"

SECTIONS = (SHARED_SECTION, PRIVATE_SECTION, OTHER_SECTION, FOREIGN_SECTION)
ITEMS = (ITEM, SHARED_ITEM, PRIVATE_ITEM, OTHER_ITEM, DRAFT, FOREIGN_ITEM)
PIECES = (*SECTIONS, *ITEMS, ABSENT)
