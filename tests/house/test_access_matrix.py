"""Every address of the site × every role × own and other team.

A new address without a line in TABLE fails. A line says how it is called, and what one needs to be let in:

    "patients:labs": Row("GET", of_patient(Capability.SEE_PATIENTS)),

  anybody               also without signing in
  signed_in             whoever is signed in
  of_team(capability)   a page of the current team: 404 without a team, 403 without the capability
  of_patient(…)         the address holds something of a team: besides, 404 for everybody of another team
  of_team_row(…)        a row of the current team: 403 without the capability, 404 for another team's
  managed               the team's people: whoever manages them, and any site admin
  site_admin            site admins, whatever their role
  of_trail              the audit trail: as of_team(MANAGE_PEOPLE), and any site admin

What an address is made of (patient_id, …) comes from ARGUMENTS in access_world.py. Each request is rolled back.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import CAPABILITIES, LEAD_CAPABILITIES, Capability
from tests.house.access_world import CALLERS, Caller, World, every_address

# What somebody who is let in may get: a page, a redirect, nothing to say, or their answers back.
LET_IN = {200, 204, 302, 409, 422}
SIGN_IN = "/sign-in/"
# Reading writes nothing but who read, and the session; allauth copies an e-mail when it checks a link; a feed notes
# when a calendar last asked for it.
WRITTEN_BY_GET = {
    "accounts_auditentry",
    "django_session",
    "usersessions_usersession",
    "account_emailaddress",
    "followup_calendarfeed",
}
WRITING = re.compile(r"(INSERT (OR IGNORE )?INTO|UPDATE|DELETE FROM) \"(?P<table>\w+)\"")

Expectation = Callable[[Caller, bool], set[int]]


@dataclass(frozen=True)
class Row:
    methods: str
    needs: Expectation
    # What a POST must hold to find its thing at all; as a rule nothing.
    sends: Mapping[str, str] = field(default_factory=dict)


def _may(caller: Caller, capability: Capability) -> bool:
    if caller.role is None:
        return False
    return capability in CAPABILITIES[caller.role] or (caller.is_lead and capability in LEAD_CAPABILITIES)


def anybody(caller: Caller, own: bool) -> set[int]:
    return LET_IN


def signed_in(caller: Caller, own: bool) -> set[int]:
    return LET_IN


def site_admin(caller: Caller, own: bool) -> set[int]:
    return LET_IN if caller.is_site_admin else {403}


def of_team(capability: Capability) -> Expectation:
    def expected(caller: Caller, own: bool) -> set[int]:
        if caller.role is None:
            return {404}
        return LET_IN if _may(caller, capability) else {403}

    return expected


def of_patient(capability: Capability) -> Expectation:
    def expected(caller: Caller, own: bool) -> set[int]:
        return of_team(capability)(caller, own) if own else {404}

    return expected


def of_team_row(capability: Capability) -> Expectation:
    """As of_team, with 404 for another team's; who may open none gets 403 for each alike, there or not."""

    def expected(caller: Caller, own: bool) -> set[int]:
        if own or not _may(caller, capability):
            return of_team(capability)(caller, own)
        return {404}

    return expected


def managed(caller: Caller, own: bool) -> set[int]:
    if caller.is_site_admin:
        return LET_IN
    return of_patient(Capability.MANAGE_PEOPLE)(caller, own)


def of_leads(caller: Caller, own: bool) -> set[int]:
    return of_team(SEE)(caller, own) if caller.role is None or caller.is_lead else {403}


def of_exporting_leads(caller: Caller, own: bool) -> set[int]:
    return of_team(EXPORT)(caller, own) if caller.role is None or caller.is_lead else {403}


def of_exporting_leads_row(caller: Caller, own: bool) -> set[int]:
    return {404} if caller.is_lead and not own else of_exporting_leads(caller, own)


def of_trail(caller: Caller, own: bool) -> set[int]:
    return LET_IN if caller.is_site_admin else of_team(Capability.MANAGE_PEOPLE)(caller, own)


SEE, ENTER, TREAT = Capability.SEE_PATIENTS, Capability.REGISTER_PATIENTS, Capability.TREAT_PATIENTS
QUEUE, EXPORT, PEOPLE = Capability.WORK_QUEUE, Capability.EXPORT_PATIENTS, Capability.MANAGE_PEOPLE
MERGE = Capability.MERGE_RECORDS

TABLE: dict[str, Row] = {
    # accounts
    "accounts:people": Row("GET", of_team(PEOPLE)),
    "accounts:team_people": Row("GET", managed),
    "accounts:invite": Row("GET POST", managed),
    "accounts:member": Row("GET", managed),
    "accounts:change_place": Row("POST", managed),
    "accounts:set_absence": Row("POST", managed),
    "accounts:set_active": Row("POST", managed),
    "accounts:send_invitation": Row("POST", managed),
    "accounts:team_settings": Row("GET POST", managed),
    "accounts:teams": Row("GET", site_admin),
    "accounts:make_team": Row("GET POST", site_admin),
    "accounts:account": Row("GET", signed_in),
    "accounts:preferences": Row("POST", signed_in),
    "accounts:set_theme": Row("POST", signed_in),
    "accounts:put_guide_away": Row("POST", signed_in),
    "accounts:bring_guide_back": Row("POST", signed_in),
    "accounts:set_own_absence": Row("POST", lambda caller, own: {404} if caller.role is None else LET_IN),
    "accounts:choose_team": Row("GET", signed_in),
    "accounts:reauthenticate": Row("GET POST", anybody),
    # patients
    "patients:find": Row("GET", of_team(SEE)),
    "patients:export": Row("GET", of_team(EXPORT)),
    "patients:register": Row("GET POST", of_team(ENTER)),
    "patients:edit": Row("GET POST", of_patient(ENTER)),
    "patients:end_course": Row("GET POST", of_patient(ENTER)),
    "patients:reopen_course": Row("GET POST", of_patient(ENTER)),
    "patients:record": Row("GET", of_patient(SEE)),
    "patients:edit_diagnosis": Row("GET POST", of_patient(ENTER)),
    "patients:edit_risks": Row("GET POST", of_patient(ENTER)),
    "patients:add_allergy": Row("GET POST", of_patient(ENTER)),
    "patients:confirm_allergies": Row("POST", of_patient(ENTER)),
    "patients:retract_allergy": Row("GET POST", of_patient(ENTER)),
    "patients:add_treatment": Row("GET POST", of_patient(ENTER)),
    "patients:confirm_no_treatments": Row("POST", of_patient(ENTER)),
    "patients:edit_treatment": Row("GET POST", of_patient(ENTER)),
    "patients:retract_treatment": Row("GET POST", of_patient(ENTER)),
    "patients:lesions": Row("GET", of_patient(SEE)),
    "patients:add_lesion": Row("GET POST", of_patient(ENTER)),
    "patients:edit_lesion": Row("GET POST", of_patient(ENTER)),
    "patients:measure_lesion": Row("GET POST", of_patient(ENTER)),
    "patients:retract_lesion": Row("GET POST", of_patient(ENTER)),
    "patients:retract_measurement": Row("GET POST", of_patient(ENTER)),
    "patients:labs": Row("GET", of_patient(SEE)),
    "patients:enter_labs": Row("GET POST", of_patient(ENTER)),
    "patients:paste_labs": Row("GET POST", of_patient(ENTER)),
    "patients:confirm_labs": Row("POST", of_patient(ENTER)),
    "patients:correct_lab": Row("GET POST", of_patient(ENTER)),
    "patients:retract_lab": Row("GET POST", of_patient(ENTER)),
    "patients:export_labs": Row("GET", of_patient(EXPORT)),
    "patients:tasks": Row("GET", of_patient(SEE)),
    "patients:add_task": Row("GET POST", of_patient(QUEUE)),
    "patients:close_task": Row("GET POST", of_patient(QUEUE)),
    "patients:assign_task": Row("GET POST", of_patient(QUEUE)),
    "patients:reopen_task": Row("POST", of_patient(QUEUE)),
    "patients:my_tasks": Row("GET", of_team(SEE)),
    "patients:history": Row("GET", of_patient(SEE)),
    "patients:audit": Row("GET", of_trail),
    "patients:export_audit": Row("GET", of_trail),
    # assessments
    "assessments:guideline": Row("GET", signed_in),
    "assessments:clause": Row("GET", signed_in),
    "assessments:editions": Row("GET", signed_in),
    "assessments:edition": Row("GET", signed_in),
    "assessments:compare_editions": Row("GET", signed_in),
    "assessments:draft_edition": Row("GET POST", site_admin),
    "assessments:edit_edition": Row("GET POST", site_admin),
    "assessments:approve_edition": Row("GET POST", site_admin),
    "assessments:discard_edition": Row("GET POST", site_admin),
    "assessments:list": Row("GET", of_patient(SEE)),
    "assessments:start": Row("POST", of_patient(TREAT)),
    "assessments:detail": Row("GET", of_patient(SEE)),
    "assessments:edit": Row("GET", of_patient(TREAT)),
    "assessments:save": Row("POST", of_patient(TREAT)),
    "assessments:findings": Row("POST", of_patient(TREAT)),
    "assessments:none_of_these": Row("POST", of_patient(TREAT)),
    "assessments:settle": Row("POST", of_patient(TREAT)),
    "assessments:take_newer": Row("POST", of_patient(TREAT)),
    "assessments:discard": Row("GET POST", of_patient(TREAT)),
    "assessments:sign": Row("POST", of_patient(TREAT)),
    "assessments:amend": Row("GET POST", of_patient(TREAT)),
    "assessments:recheck": Row("POST", of_patient(TREAT)),
    "assessments:print": Row("GET", of_patient(SEE)),
    # procedures: reference data
    "procedures:reference": Row("GET", signed_in),
    "procedures:reference_row": Row("GET", signed_in),
    "procedures:export_reference": Row("GET", signed_in),
    "procedures:add_reference": Row("GET POST", site_admin),
    "procedures:edit_reference": Row("GET POST", site_admin),
    "procedures:sign_off_reference": Row("GET POST", site_admin),
    "procedures:retire_reference": Row("GET POST", site_admin),
    "procedures:import_reference": Row("GET POST", site_admin),
    "procedures:take_in_reference": Row("POST", site_admin),
    # procedures: planned and recorded
    "procedures:list": Row("GET", of_patient(SEE)),
    "procedures:plan": Row("GET POST", of_patient(TREAT)),
    "procedures:edit_plan": Row("GET POST", of_patient(TREAT)),
    "procedures:checklist": Row("GET POST", of_patient(TREAT)),
    "procedures:cancel": Row("GET POST", of_patient(TREAT)),
    "procedures:record": Row("GET", of_patient(TREAT)),
    "procedures:save": Row("POST", of_patient(TREAT)),
    "procedures:findings": Row("POST", of_patient(TREAT)),
    "procedures:target_add": Row("POST", of_patient(TREAT)),
    "procedures:target_open": Row("POST", of_patient(TREAT)),
    "procedures:target_close": Row("POST", of_patient(TREAT)),
    "procedures:target_discard": Row("POST", of_patient(TREAT)),
    "procedures:target_confirm": Row("POST", of_patient(TREAT)),
    # procedures: read and signed
    "procedures:detail": Row("GET", of_patient(SEE)),
    "procedures:report": Row("GET", of_patient(SEE)),
    "procedures:map": Row("GET", of_patient(SEE)),
    "procedures:sign": Row("GET POST", of_patient(TREAT)),
    "procedures:amend": Row("POST", of_patient(TREAT)),
    "procedures:give_up_amendment": Row("GET POST", of_patient(TREAT)),
    "procedures:repeat_last": Row("POST", of_patient(TREAT)),
    "procedures:lookup": Row("GET", of_team(SEE)),
    "procedures:export_lookup": Row("GET", of_team(EXPORT)),
    # procedures: the days after
    "procedures:watch": Row("GET", of_patient(SEE)),
    "procedures:log_symptoms": Row("GET POST", of_patient(ENTER)),
    "procedures:retract_symptoms": Row("GET POST", of_patient(ENTER)),
    "procedures:open_calls": Row("POST", of_patient(QUEUE)),
    "procedures:choose_event": Row("GET", of_patient(TREAT)),
    "procedures:add_event": Row("GET POST", of_patient(TREAT)),
    "procedures:edit_event": Row("GET POST", of_patient(TREAT)),
    "procedures:retract_event": Row("GET POST", of_patient(TREAT)),
    # followup: a procedure begins
    "followup:save_record": Row("POST", of_patient(TREAT)),
    "followup:start_procedure": Row("POST", of_patient(TREAT)),
    # followup: what the images showed
    "followup:review_readings": Row("GET", of_patient(SEE)),
    "followup:start_reading": Row("POST", of_patient(TREAT)),
    "followup:adjudicate": Row("POST", of_patient(TREAT)),
    "followup:reading": Row("GET", of_patient(SEE)),
    "followup:save_reading": Row("POST", of_patient(TREAT)),
    "followup:weigh_reading": Row("POST", of_patient(TREAT)),
    "followup:change_rows": Row("POST", of_patient(TREAT)),
    "followup:sign_reading": Row("POST", of_patient(TREAT)),
    "followup:correct_reading": Row("POST", of_patient(TREAT)),
    "followup:leave_correction": Row("POST", of_patient(TREAT)),
    "followup:retract_reading": Row("GET POST", of_patient(TREAT)),
    "followup:agreement": Row("GET", of_team(SEE)),
    # followup: what comes next
    "followup:decide": Row("GET POST", of_patient(TREAT)),
    "followup:team_settings": Row("GET POST", managed),
    "followup:make_secret": Row("POST", managed),
    "followup:no_change": Row("GET POST", of_patient(TREAT)),
    "followup:decision": Row("GET", of_patient(SEE)),
    "followup:withdraw_decision": Row("GET POST", of_patient(TREAT)),
    # followup: the queue; a saved view is one's own
    "followup:queue": Row("GET", of_team(SEE)),
    "followup:export_queue": Row("GET", of_team(EXPORT)),
    "followup:print_queue": Row("GET", of_team(SEE)),
    "followup:save_view": Row("POST", of_team(SEE)),
    "followup:delete_view": Row("POST", lambda caller, own: of_team(SEE)(caller, own) - LET_IN or {404}),
    "followup:queue_row": Row("GET", of_patient(SEE)),
    "followup:queue_act": Row("GET POST", of_patient(QUEUE)),
    "followup:wake": Row("POST", of_patient(QUEUE)),
    "followup:undo_event": Row("POST", of_patient(QUEUE)),
    "followup:bulk_act": Row("GET POST", of_team(QUEUE)),
    "followup:bulk_result": Row("GET", of_team_row(QUEUE)),
    "followup:bulk_undo": Row("POST", of_team_row(QUEUE)),
    # followup: the month, the failsafe list; a calendar's feed is opened by its address alone
    "followup:reviews": Row("GET", of_patient(SEE)),
    "followup:calendar": Row("GET", of_team(SEE)),
    "followup:feed_settings": Row("GET", of_team(SEE)),
    "followup:make_feed": Row("POST", of_team(SEE)),
    "followup:revoke_feed": Row("POST", of_team(SEE)),
    "followup:feed": Row("GET", anybody),
    "followup:failsafe": Row("GET", of_team(SEE)),
    "followup:heal": Row("POST", of_leads),
    "followup:failsafe_sheet": Row("GET", of_team(SEE)),
    "followup:sign_sheet": Row("POST", of_leads),
    # followup: messages; one's own only, so nobody here opens that of somebody else
    "followup:messages": Row("GET", signed_in),
    "followup:mark_all_seen": Row("POST", signed_in),
    "followup:message": Row("GET", lambda caller, own: {404}),
    "followup:open_message": Row("POST", lambda caller, own: {404}),
    "followup:acknowledge": Row("GET POST", of_patient(QUEUE)),
    "followup:sent_messages": Row("GET", of_trail),
    "followup:retry_failed": Row("POST", of_trail),
    "followup:retry_message": Row("POST", managed),
    "followup:message_templates": Row("GET", site_admin),
    "followup:edit_message_template": Row("GET POST", site_admin),
    "followup:reset_message_template": Row("POST", site_admin),
    # pathway
    "pathway:home": Row("GET", signed_in),
    "pathway:patient": Row("GET", of_patient(SEE)),
    "pathway:last_vessel_map": Row("GET", of_patient(SEE)),
    "pathway:lifetime_doses": Row("GET", of_patient(SEE)),
    "pathway:letters": Row("GET", of_patient(SEE)),
    "pathway:start_letter": Row("POST", of_patient(TREAT)),
    "pathway:edit_letter": Row("GET POST", of_patient(TREAT)),
    "pathway:preview_letter": Row("GET", of_patient(TREAT)),
    "pathway:give_up_letter": Row("POST", of_patient(TREAT)),
    "pathway:letter": Row("GET", of_patient(SEE)),
    "pathway:send_letter": Row("POST", of_patient(QUEUE)),
    "pathway:print_letter": Row("GET", of_patient(EXPORT)),
    "pathway:letterhead": Row("GET POST", managed),
    "pathway:board": Row("GET", of_team(SEE)),
    "pathway:numbers_elsewhere": Row("GET", signed_in),
    "pathway:edition_dry_run": Row("GET", site_admin),
    "pathway:start_edition_dry_run": Row("POST", site_admin),
    "pathway:export_edition_dry_run": Row("GET", site_admin),
    # pathway: two records of one person
    "pathway:duplicates": Row("GET", of_team(MERGE)),
    "pathway:merge": Row("GET", of_patient(MERGE)),
    "pathway:merge_with": Row("GET POST", of_patient(MERGE)),
    "pathway:say_distinct": Row("POST", of_patient(MERGE)),
    "pathway:merges": Row("GET", of_patient(SEE)),
    "pathway:undo_merge": Row("GET POST", of_patient(MERGE)),
    "pathway:to_meeting": Row("GET POST", of_patient(QUEUE)),
    "pathway:meetings": Row("GET", of_team(SEE)),
    "pathway:meeting": Row("GET", of_team_row(SEE)),
    "pathway:meeting_propose": Row("POST", of_team_row(QUEUE)),
    "pathway:meeting_put_on": Row("POST", of_team_row(QUEUE)),
    "pathway:meeting_attended": Row("POST", of_team_row(QUEUE)),
    "pathway:meeting_move": Row("POST", of_team_row(QUEUE)),
    "pathway:meeting_reword": Row("POST", of_team_row(QUEUE)),
    "pathway:meeting_take_off": Row("POST", of_team_row(QUEUE)),
    "pathway:meeting_decide": Row("POST", of_team_row(TREAT)),
    "pathway:meeting_make_pack": Row("POST", of_team_row(EXPORT)),
    "pathway:meeting_pack_state": Row("GET", of_team_row(EXPORT)),
    "pathway:meeting_pack": Row("GET", of_team_row(EXPORT)),
    "pathway:cohort": Row("GET", of_team(SEE)),
    "pathway:cohort_page": Row("GET", of_team(SEE)),
    "pathway:export_cohort": Row("GET", of_team(EXPORT)),
    "pathway:export_survival": Row("GET", of_team(EXPORT)),
    "pathway:registry": Row("GET POST", of_exporting_leads),
    "pathway:registry_completeness": Row("GET", of_team(SEE)),
    "pathway:assessment_meter": Row("GET", of_patient(SEE)),
    "pathway:procedure_meter": Row("GET", of_patient(SEE)),
    "pathway:reading_meter": Row("GET", of_patient(SEE)),
    "pathway:begin_registry_again": Row("POST", of_exporting_leads_row),
    "pathway:download_registry": Row("GET", of_exporting_leads_row),
    "pathway:imports": Row("GET POST", of_team(ENTER)),
    "pathway:import_detail": Row("GET", of_team_row(ENTER)),
    "pathway:import_columns": Row("GET POST", of_team_row(ENTER)),
    "pathway:import_column": Row("POST", of_team_row(ENTER), {"row-0-column": "a"}),
    "pathway:start_check": Row("POST", of_team_row(ENTER)),
    "pathway:start_import": Row("POST", of_team_row(ENTER)),
    "pathway:give_up_import": Row("POST", of_team_row(ENTER)),
    # the building
    "healthz": Row("GET", lambda caller, own: {200, 503}),
    # sign-in, by allauth: what is open before one is signed in
    "account_login": Row("GET POST", anybody),
    "account_logout": Row("GET POST", anybody),
    "account_inactive": Row("GET", anybody),
    "account_signup": Row("GET POST", anybody),
    "account_reset_password": Row("GET POST", anybody),
    "account_reset_password_done": Row("GET", anybody),
    "account_reset_password_from_key": Row("GET", anybody),
    "account_reset_password_from_key_done": Row("GET", anybody),
    "mfa_authenticate": Row("GET POST", anybody),
    # sign-in, by allauth: a person's own
    "account_reauthenticate": Row("GET POST", signed_in),
    "account_change_password": Row("GET POST", signed_in),
    "account_set_password": Row("GET POST", signed_in),
    "mfa_index": Row("GET", signed_in),
    "mfa_reauthenticate": Row("GET POST", signed_in),
    "mfa_activate_totp": Row("GET POST", signed_in),
    # there is no second factor to look after until one is set up
    "mfa_deactivate_totp": Row("GET POST", lambda caller, own: {404}),
    "mfa_view_recovery_codes": Row("GET", lambda caller, own: {404}),
    "mfa_download_recovery_codes": Row("GET", lambda caller, own: {404}),
    "mfa_generate_recovery_codes": Row("GET POST", signed_in),
    "usersessions_list": Row("GET POST", signed_in),
}

# Django's admin site is one place with one door.
SITE_ADMIN_PREFIX = "admin:"
ADDRESSES = [address for address in every_address() if not address.name.startswith(SITE_ADMIN_PREFIX)]
ADMIN_ADDRESSES = [address for address in every_address() if address.name.startswith(SITE_ADMIN_PREFIX)]


class TestTable:
    def test_holds_every_address(self):
        missing = {address.name for address in ADDRESSES} - set(TABLE)

        assert not missing, f"Say in TABLE who may open: {sorted(missing)}"

    def test_holds_no_address_that_is_gone(self):
        gone = set(TABLE) - {address.name for address in ADDRESSES}

        assert not gone, f"Take out of TABLE: {sorted(gone)}"

    def test_names_every_address_once(self):
        names = [address.name for address in ADDRESSES]

        assert len(names) == len(set(names))
        assert "None" not in names


@pytest.fixture
def worlds(db):
    return World("Northfield"), World("Southgate")


def answer(client, method: str, path: str, sends: Mapping[str, str] | None = None):
    """Call the address, and undo what it did; `written` on the answer names the tables that it wrote to."""
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        response = client.post(path, sends) if method == "POST" else client.get(path)
        transaction.set_rollback(True)
    statements = (WRITING.match(query["sql"]) for query in queries)
    response.written = {statement["table"] for statement in statements if statement}
    return response


def asks_to_sign_in(response) -> bool:
    return response.status_code == 401 or (
        response.status_code == 302 and response["Location"].startswith(f"{SIGN_IN}?next=")
    )


def path_in(address, world: World) -> str:
    return reverse(address.name, kwargs={name: world.argument(name) for name in address.arguments})


# The link of a password reset holds no object of a team.
ARGUMENTS_OF_LINK = {"uidb36": "1", "key": "abc-123"}


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)
class TestAddress:
    def test_lets_in_exactly_who_may(self, worlds, address):
        own, other = worlds
        row = TABLE[address.name]
        clients = {caller.name: caller.client(own.team) for caller in CALLERS}
        places = [(True, own), (False, other)] if address.arguments else [(True, own)]
        wrong = []
        for is_own, world in places:
            path = self._path(address, world)
            for method in row.methods.split():
                for caller in CALLERS:
                    response = answer(clients[caller.name], method, path, row.sends)
                    if not self._as_expected(response, row, caller, is_own):
                        team = "own team" if is_own else "other team"
                        wrong.append(f"{method} {path} by {caller.name}, {team}: {response.status_code}")
                    if method == "GET" and response.written - WRITTEN_BY_GET:
                        wrong.append(f"GET {path} by {caller.name} wrote to {sorted(response.written)}")
        assert not wrong, "\n".join(wrong)

    def _path(self, address, world: World) -> str:
        if set(address.arguments) == set(ARGUMENTS_OF_LINK):
            return reverse(address.name, kwargs=ARGUMENTS_OF_LINK)
        return path_in(address, world)

    def _as_expected(self, response, row: Row, caller: Caller, is_own: bool) -> bool:
        expected = row.needs(caller, is_own)
        if caller.is_anonymous and row.needs is not anybody and expected != {200, 503}:
            return asks_to_sign_in(response)
        return response.status_code in expected and not asks_to_sign_in(response)


@pytest.mark.parametrize("address", ADMIN_ADDRESSES, ids=lambda address: address.name)
class TestSiteAdminAddress:
    def test_lets_in_site_admins_only(self, worlds, address):
        own, _other = worlds
        named = {"url": "nowhere/", "object_id": own.member.pk}
        arguments = {name: named.get(name) or own.argument(name) for name in address.arguments}
        path = (
            reverse(address.name, kwargs=arguments)
            if address.name != "admin:None"
            else "/site-admin/nowhere/"
        )
        wrong = []
        for caller in CALLERS:
            response = answer(caller.client(own.team), "GET", path)
            followed = caller.client(own.team).get(path, follow=True)
            if not self._as_expected(response, followed, caller):
                wrong.append(f"{path} by {caller.name}: {response.status_code}, then {followed.status_code}")
        assert not wrong, "\n".join(wrong)

    def _as_expected(self, response, followed, caller: Caller) -> bool:
        if caller.is_site_admin:
            # 403: adding and deleting are nobody's; 404: an address for things that are not there.
            return response.status_code in {200, 302, 403, 404} and not asks_to_sign_in(response)
        if caller.is_anonymous:
            return followed.request["PATH_INFO"] == SIGN_IN
        return followed.status_code == 403 or followed.request["PATH_INFO"] == "/"
