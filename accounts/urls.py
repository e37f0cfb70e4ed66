from django.urls import path

from accounts.views import account, people, sessions, teams

app_name = "accounts"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/<int:membership_id>/", people.member, name="member"),
    path("people/<int:membership_id>/role/", people.change_place, name="change_place"),
    path("people/<int:membership_id>/absence/", people.set_absence, name="set_absence"),
    path("people/<int:membership_id>/active/", people.set_active, name="set_active"),
    path("people/<int:membership_id>/invitation/", people.send_invitation, name="send_invitation"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.make_team, name="make_team"),
    path("teams/<int:team_id>/people/", people.team_people, name="team_people"),
    path("teams/<int:team_id>/invite/", people.invite, name="invite"),
    path("teams/<int:team_id>/settings/", teams.team_settings, name="team_settings"),
    path("account/", account.account, name="account"),
    path("account/preferences/", account.preferences, name="preferences"),
    path("account/absence/", account.set_own_absence, name="set_own_absence"),
    path("account/theme/", account.set_theme, name="set_theme"),
    path("account/first-steps/away/", account.put_guide_away, name="put_guide_away"),
    path("account/first-steps/back/", account.bring_guide_back, name="bring_guide_back"),
    path("account/team/", account.choose_team, name="choose_team"),
    path("account/sign-in-again/", sessions.reauthenticate, name="reauthenticate"),
]
