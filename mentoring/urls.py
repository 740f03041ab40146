from django.urls import path

from mentoring.views import agenda, conversations, reports, tracks

app_name = "mentoring"
_one = "conversations/<slug:code>/"

urlpatterns = [
    path("conversations/<slug:code>/snapshot/", reports.snapshot, name="snapshot"),
    path("conversations/<slug:code>/snapshot/file/", reports.snapshot_file, name="snapshot_file"),
    path("", tracks.guidance, name="guidance"),
    path("agenda/", agenda.agenda, name="agenda"),
    path("mentees/", tracks.mentees, name="mentees"),
    path(_one, conversations.conversation, name="conversation"),
    path(f"{_one}propose/", conversations.propose, name="propose"),
    path(f"{_one}pick/", conversations.pick, name="pick"),
    path(f"{_one}cancel/", conversations.cancel, name="cancel"),
    path(f"{_one}skip/", conversations.skip, name="skip"),
    path(f"{_one}points/", conversations.points, name="points"),
    path(f"{_one}hold/", conversations.hold, name="hold"),
    path(f"{_one}keep/", reports.keep, name="keep"),
    path(f"{_one}write/", reports.write, name="write"),
    path(f"{_one}agree/", reports.agree, name="agree"),
    path(f"{_one}agreements/<int:number>/drop/", reports.drop_agreement, name="drop_agreement"),
    path(f"{_one}agreements/<int:number>/finish/", reports.finish_agreement, name="finish_agreement"),
    path(f"{_one}reopen/", reports.reopen, name="reopen"),
    path(f"{_one}sign/", reports.sign, name="sign"),
    path(f"{_one}add/", reports.add, name="add"),
    path(f"{_one}report.pdf", reports.report, name="report"),
]
