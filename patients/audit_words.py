"""What an audit entry says was read or done, in words. A code without words here is shown as it reads."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "sign-in": _("signed in"),
    "sign-in again": _("signed in again on the same page"),
    "password": _("wrong password"),
    "code": _("wrong code"),
    "accounts.invite_person": _("invited a person"),
    "accounts.change_place": _("changed a role"),
    "accounts.set_absence": _("noted an absence"),
    "accounts.deactivate": _("took a person out of the team"),
    "accounts.reactivate": _("let a person back in"),
    "accounts.make_team": _("made the team"),
    "accounts.change_team": _("changed the settings of the team"),
    "accounts.change_user": _("changed an account"),
    "accounts.remove_second_factor": _("removed a second factor"),
    "patients:find": _("list of patients"),
    "patients:export": _("list of patients as a file"),
    "patients:my_tasks": _("list of tasks"),
    "patients:audit": _("this audit trail"),
    "patients:export_audit": _("this audit trail as a file"),
    "pathway:home": _("home page"),
    "pathway:patient": _("overview of a patient"),
    "patients:record": _("record"),
    "patients:lesions": _("lesions"),
    "patients:labs": _("laboratory values"),
    "patients:export_labs": _("laboratory values as a file"),
    "patients:tasks": _("tasks"),
    "patients:history": _("history of changes"),
    "assessments:list": _("assessments"),
    "assessments:detail": _("an assessment"),
    "assessments:edit": _("a draft of an assessment"),
    "assessments:print": _("an assessment for print"),
    "patients.register_patient": _("registered a patient"),
    "patients.edit_patient": _("changed who the patient is"),
    "patients.end_course": _("ended the course"),
    "patients.reopen_course": _("reopened the course"),
    "assessments.start_draft": _("began an assessment"),
    "assessments.save_draft": _("kept a draft"),
    "assessments.discard_draft": _("discarded a draft"),
    "procedures:watch": _("days after a procedure"),
    "procedures.record_event": _("recorded an adverse event"),
    "procedures.change_event": _("changed an adverse event"),
    "procedures.retract_event": _("took back an adverse event"),
    "procedures.log_symptoms": _("logged symptoms"),
    "procedures.retract_symptoms": _("took back logged symptoms"),
    "procedures.plan": _("planned a procedure"),
    "procedures.change_plan": _("changed the plan of a procedure"),
    "procedures.answer_checklist": _("answered the checklist of a procedure"),
    "procedures.cancel": _("cancelled a procedure"),
    "procedures.start": _("started a procedure"),
    "procedures.save": _("kept a procedure's record"),
    "procedures.add_reference": _("added a reference row"),
    "procedures.change_reference": _("changed a reference row"),
    "procedures.sign_off_reference": _("noted the pharmacy's sign-off of a reference row"),
    "procedures.retire_reference": _("retired a reference row"),
    "procedures.bring_back_reference": _("brought a reference row back"),
}


def in_words(code: str) -> str:
    """Return what the code says; without words, its own last part."""
    if code in WORDS:
        return str(WORDS[code])
    return code.replace(":", ".").rpartition(".")[2].replace("_", " ")
