from django.urls import path

from portfolios.views import (
    adopting,
    arranging,
    comments,
    education,
    evidence,
    experiences,
    grants,
    growth,
    guests,
    papers,
    plan,
    profiles,
    reading,
    sections,
    sharing,
    snapshots,
    supervision,
    swot,
    timeline,
    view_as,
)

app_name = "portfolios"

_sections = [
    path("", sections.portfolio, name="portfolio"),
    path("open/", sections.portfolio_open, name="portfolio_open"),
    path("first-steps/", sections.first_steps_page, name="first_steps"),
    path("first-steps/leave/", sections.first_steps_leave, name="first_steps_leave"),
    path("first-steps/take-up/", sections.first_steps_take_up, name="first_steps_take_up"),
    path("sections/new/", sections.section_new, name="section_new"),
    path("sections/<slug:code>/", sections.section, name="section"),
    path("sections/<slug:code>/edit/", sections.section_edit, name="section_edit"),
]
_arranging = [
    path("framework/", adopting.framework, name="framework"),
    path("sections/", arranging.arrange, name="arrange"),
    path("sections/template/", arranging.template_adopt, name="template_adopt"),
    path("sections/<slug:code>/move/", arranging.section_move, name="section_move"),
    path("sections/<slug:code>/hide/", arranging.section_hide, name="section_hide"),
    path("sections/<slug:code>/show/", arranging.section_show, name="section_show"),
    path("sections/<slug:code>/rename/", arranging.section_rename, name="section_rename"),
    path("sections/<slug:code>/remove/", arranging.section_remove, name="section_remove"),
]
_education = [
    path("weeks/log/", education.week_log, name="week_log"),
    path("education/new/", education.lesson_new, name="lesson_new"),
    path("education/<slug:code>/edit/", education.lesson_edit, name="lesson_edit"),
    path("education/<slug:code>/remove/", education.lesson_remove, name="lesson_remove"),
    path("certificates/new/", education.certificate_new, name="certificate_new"),
    path("certificates/<slug:code>/edit/", education.certificate_edit, name="certificate_edit"),
    path("certificates/<slug:code>/remove/", education.certificate_remove, name="certificate_remove"),
]
_profiles = [
    path("profiles/choose/", profiles.profile_choose, name="profile_choose"),
    path("profiles/<slug:code>/", profiles.profile, name="profile"),
    path("profiles/<slug:code>/edit/", profiles.profile_edit, name="profile_edit"),
    path("profiles/<slug:code>/drop/", profiles.profile_drop, name="profile_drop"),
    path("profiles/<slug:code>/products/new/", profiles.product_new, name="product_new"),
    path("profiles/<slug:code>/products/<slug:product>/edit/", profiles.product_edit, name="product_edit"),
    path("profiles/<slug:code>/products/<slug:product>/remove/", profiles.product_remove, name="product_remove"),
]
_experiences = [
    path("experiences/new/", experiences.experience_new, name="experience_new"),
    path("experiences/drafts/", experiences.drafts, name="drafts"),
    path("experiences/<slug:code>/", experiences.experience, name="experience"),
    path("experiences/<slug:code>/edit/", experiences.experience_edit, name="experience_edit"),
    path("experiences/<slug:code>/place/", experiences.experience_place, name="experience_place"),
    path("experiences/<slug:code>/files/add/", experiences.file_add, name="file_add"),
    path("experiences/<slug:code>/remove/", experiences.experience_remove, name="experience_remove"),
]
_plan = [
    path("goals/new/", plan.goal_new, name="goal_new"),
    path("goals/<slug:code>/", plan.goal, name="goal"),
    path("goals/<slug:code>/edit/", plan.goal_edit, name="goal_edit"),
    path("goals/<slug:code>/start/", plan.goal_start, name="goal_start"),
    path("goals/<slug:code>/reach/", plan.goal_reach, name="goal_reach"),
    path("goals/<slug:code>/let-go/", plan.goal_let_go, name="goal_let_go"),
    path("goals/<slug:code>/take-up/", plan.goal_take_up, name="goal_take_up"),
    path("sections/<slug:code>/rate/", growth.rate, name="rate"),
    path("swot/add/", swot.line_add, name="line_add"),
    path("swot/<slug:code>/edit/", swot.line_edit, name="line_edit"),
    path("swot/<slug:code>/drop/", swot.line_drop, name="line_drop"),
    path("swot/<slug:code>/make-goal/", swot.line_make_goal, name="line_make_goal"),
]
_sharing = [
    path("sharing/", sharing.sharing, name="sharing"),
    path("sharing/new/", grants.share, name="share"),
    path("sharing/by-link/", grants.share_by_link, name="share_by_link"),
    path("sharing/past/", sharing.past, name="past"),
    path("sharing/readings/", sharing.readings, name="readings"),
    path("sharing/of/<slug:code>/", sharing.who, name="who"),
    path("sharing/with/<slug:code>/withdraw/", grants.withdraw_all, name="withdraw_all"),
    path("sharing/<slug:source>/of/<slug:code>/term/", grants.term, name="term"),
    path("sharing/<slug:source>/of/<slug:code>/withdraw/", grants.withdraw, name="withdraw"),
]
_view_as = [
    path("sharing/as/<slug:reader>/", view_as.as_reader, name="as_reader"),
    path("sharing/as/<slug:reader>/sections/<slug:code>/", view_as.as_section, name="as_section"),
    path("sharing/as/<slug:reader>/experiences/<slug:code>/", view_as.as_experience, name="as_experience"),
    path("sharing/as/<slug:reader>/profiles/<slug:code>/", view_as.as_profile, name="as_profile"),
    path("sharing/as/<slug:reader>/goals/<slug:code>/", view_as.as_goal, name="as_goal"),
]
_comments = [
    path("comments/on/<slug:code>/", comments.comments, name="comments"),
    path("comments/<slug:code>/answer/", comments.comment_answer, name="comment_answer"),
    path("comments/<slug:code>/hide/", comments.comment_hide, name="comment_hide"),
    path("comments/<slug:code>/show/", comments.comment_show, name="comment_show"),
]
_snapshots = [
    path("snapshots/", snapshots.snapshots, name="snapshots"),
    path("snapshots/<slug:code>/", snapshots.snapshot, name="snapshot"),
    path("snapshots/<slug:code>/file/", snapshots.snapshot_file, name="snapshot_file"),
    path("snapshots/<slug:code>/destroy/", snapshots.snapshot_destroy, name="snapshot_destroy"),
]
_guests = [
    path("by-link/", guests.guest_reader, name="guest_reader"),
    path("by-link/sections/<slug:code>/", guests.guest_section, name="guest_section"),
    path("by-link/experiences/<slug:code>/", guests.guest_experience, name="guest_experience"),
    path("by-link/profiles/<slug:code>/", guests.guest_profile, name="guest_profile"),
    path("by-link/goals/<slug:code>/", guests.guest_goal, name="guest_goal"),
]
_reading = [
    path("pdf/", papers.paper, name="paper"),
    path("shared-with-me/<slug:code>/pdf/", papers.paper_of, name="paper_of"),
    path("timeline/", timeline.timeline, name="timeline"),
    path("shared-with-me/<slug:code>/timeline/", timeline.timeline_of, name="timeline_of"),
    path("pieces/<slug:code>/", reading.piece, name="piece"),
    path("pieces/<slug:code>/evidence/", evidence.evidence, name="evidence"),
    path("shared-with-me/", reading.shared_with_me, name="shared_with_me"),
    path("shared-with-me/<slug:code>/", reading.shared_by, name="shared_by"),
]
_supervision = [
    path("tonight/", supervision.tonight, name="tonight"),
    path("tonight/of-my-department/", supervision.department_cards, name="department_cards"),
    path("placements/<slug:code>/card/open/", supervision.card_open, name="card_open"),
    path("cards/<slug:code>/", supervision.card, name="card"),
    path("cards/<slug:code>/ask/", supervision.level_ask, name="level_ask"),
    path("cards/<slug:code>/show/", supervision.card_show, name="card_show"),
    path("cards/<slug:code>/hide/", supervision.card_hide, name="card_hide"),
    path("levels/<slug:code>/", supervision.level, name="level"),
    path("levels/<slug:code>/give/", supervision.level_give, name="level_give"),
    path("levels/<slug:code>/refuse/", supervision.level_refuse, name="level_refuse"),
    path("levels/<slug:code>/end/", supervision.level_end, name="level_end"),
    path("levels/<slug:code>/take-back/", supervision.level_take_back, name="level_take_back"),
]
urlpatterns = [
    *_arranging,
    *_sections,
    *_education,
    *_profiles,
    *_experiences,
    *_plan,
    *_sharing,
    *_view_as,
    *_guests,
    *_comments,
    *_snapshots,
    *_supervision,
    *_reading,
]
