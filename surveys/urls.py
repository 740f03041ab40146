from django.urls import path

from surveys.views import filling, named, questionnaires, results, waves

app_name = "surveys"

_questionnaires = [
    path("questionnaires/", questionnaires.questionnaires, name="questionnaires"),
    path("questionnaires/new/", questionnaires.questionnaire_new, name="questionnaire_new"),
    path("questionnaires/import/", questionnaires.questionnaire_import, name="questionnaire_import"),
    path("questionnaires/<slug:code>/", questionnaires.questionnaire, name="questionnaire"),
    path("questionnaires/<slug:code>/edit/", questionnaires.questionnaire_edit, name="questionnaire_edit"),
    path("questionnaires/<slug:code>/export/", questionnaires.questionnaire_export, name="questionnaire_export"),
    path("questionnaires/<slug:code>/publish/", questionnaires.questionnaire_publish, name="questionnaire_publish"),
    path("questionnaires/<slug:code>/revise/", questionnaires.questionnaire_revise, name="questionnaire_revise"),
    path(
        "questionnaires/<slug:code>/preview/<slug:group>/",
        questionnaires.questionnaire_preview,
        name="questionnaire_preview",
    ),
    path("questionnaires/<slug:code>/sections/new/", questionnaires.section_edit, name="section_new"),
    path("questionnaires/<slug:code>/sections/<slug:key>/edit/", questionnaires.section_edit, name="section_edit"),
    path(
        "questionnaires/<slug:code>/sections/<slug:section>/questions/<slug:kind>/new/",
        questionnaires.question_new,
        name="question_new",
    ),
    path("questionnaires/<slug:code>/questions/<slug:key>/edit/", questionnaires.question_edit, name="question_edit"),
    path("questionnaires/<slug:code>/parts/<slug:key>/move/", questionnaires.part_move, name="part_move"),
]
_surveys = [
    path("", waves.surveys, name="surveys"),
    path("new/", waves.survey_new, name="survey_new"),
    path("<slug:code>/", waves.survey, name="survey"),
    path("<slug:code>/edit/", waves.survey_edit, name="survey_edit"),
    path("<slug:code>/launch/", waves.survey_launch, name="survey_launch"),
    path("<slug:code>/close/", waves.survey_close, name="survey_close"),
    path("<slug:code>/repeat/", waves.survey_repeat, name="survey_repeat"),
    path("<slug:code>/preview/<slug:group>/", waves.survey_preview, name="survey_preview"),
    path("<slug:code>/invite/", waves.invite, name="invite"),
    path("<slug:code>/invitations/", waves.invitations, name="invitations"),
    path("<slug:code>/invitations/<slug:invitation>/withdraw/", waves.invitation_withdraw, name="invitation_withdraw"),
]
_filling = [
    path("one-time/<slug:code>/<str:token>/", filling.invitation, name="invitation"),
    path("invitations/<slug:code>/", filling.invited, name="invited"),
    path("open/<slug:code>/", filling.open_survey, name="open_survey"),
    path("ballots/<str:key>/", filling.ballot, name="ballot"),
    path("<slug:code>/fill/", filling.fill, name="fill"),
    path("<slug:code>/thanks/", filling.thanks, name="thanks"),
]
_named = [
    path("named/<slug:code>/", named.named, name="named"),
    path("named/<slug:code>/fill/", named.named_fill, name="named_fill"),
    path("answers/<slug:code>/", named.answers, name="answers"),
    path("<slug:code>/answers/take-along/", named.answers_take_along, name="answers_take_along"),
]
_results = [
    path("results/", results.results_list, name="results_list"),
    path("<slug:code>/results/", results.results, name="results"),
    path("<slug:code>/results/comparison/", results.results_comparison, name="results_comparison"),
    path("<slug:code>/results/parts/<slug:section>/", results.results_section, name="results_section"),
    path("<slug:code>/results/drawings/<str:item>.svg", results.results_drawing, name="results_drawing"),
    path("<slug:code>/results/table.csv", results.results_csv, name="results_csv"),
    path("<slug:code>/results/snapshot.json", results.results_json, name="results_json"),
    path("<slug:code>/results/report.pdf", results.results_paper, name="results_paper"),
    path("<slug:code>/results/texts/", results.texts, name="texts"),
    path("<slug:code>/results/freeze/", results.results_freeze, name="results_freeze"),
]
urlpatterns = _questionnaires + _named + _filling + _results + _surveys
