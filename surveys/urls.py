from django.urls import path

from surveys.views import filling, waves

app_name = "surveys"

_surveys = [
    path("", waves.surveys, name="surveys"),
]
_filling = [
    path("one-time/<slug:code>/<str:token>/", filling.invitation, name="invitation"),
    path("invitations/<slug:code>/", filling.invited, name="invited"),
    path("open/<slug:code>/", filling.open_survey, name="open_survey"),
    path("ballots/<str:key>/", filling.ballot, name="ballot"),
    path("<slug:code>/fill/", filling.fill, name="fill"),
    path("<slug:code>/thanks/", filling.thanks, name="thanks"),
]
urlpatterns = _filling + _surveys
