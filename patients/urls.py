from django.urls import path

from patients.views import audit, find, history, labs, lesions, record, register, tasks, treatments

app_name = "patients"
urlpatterns = [
    path("patients/", find.find, name="find"),
    path("patients/export/", find.export, name="export"),
    path("patients/register/", register.register, name="register"),
    path("patients/<int:patient_id>/record/who/", register.edit, name="edit"),
    path("patients/<int:patient_id>/record/end/", register.end_course, name="end_course"),
    path("patients/<int:patient_id>/record/reopen/", register.reopen_course, name="reopen_course"),
    path("patients/<int:patient_id>/record/", record.record, name="record"),
    path("patients/<int:patient_id>/record/diagnosis/", record.edit_diagnosis, name="edit_diagnosis"),
    path("patients/<int:patient_id>/record/risks/", record.edit_risks, name="edit_risks"),
    path("patients/<int:patient_id>/record/allergies/add/", record.add_allergy, name="add_allergy"),
    path(
        "patients/<int:patient_id>/record/allergies/asked/",
        record.confirm_allergies,
        name="confirm_allergies",
    ),
    path(
        "patients/<int:patient_id>/record/allergies/<int:allergy_id>/take-back/",
        record.retract_allergy,
        name="retract_allergy",
    ),
    path("patients/<int:patient_id>/record/treatments/add/", treatments.add_treatment, name="add_treatment"),
    path(
        "patients/<int:patient_id>/record/treatments/none/",
        treatments.confirm_no_treatments,
        name="confirm_no_treatments",
    ),
    path(
        "patients/<int:patient_id>/record/treatments/<int:treatment_id>/",
        treatments.edit_treatment,
        name="edit_treatment",
    ),
    path(
        "patients/<int:patient_id>/record/treatments/<int:treatment_id>/take-back/",
        treatments.retract_treatment,
        name="retract_treatment",
    ),
    path("patients/<int:patient_id>/lesions/", lesions.lesions, name="lesions"),
    path("patients/<int:patient_id>/lesions/add/", lesions.add_lesion, name="add_lesion"),
    path("patients/<int:patient_id>/lesions/<int:lesion_id>/", lesions.edit_lesion, name="edit_lesion"),
    path(
        "patients/<int:patient_id>/lesions/<int:lesion_id>/measure/",
        lesions.measure_lesion,
        name="measure_lesion",
    ),
    path(
        "patients/<int:patient_id>/lesions/<int:lesion_id>/take-back/",
        lesions.retract_lesion,
        name="retract_lesion",
    ),
    path(
        "patients/<int:patient_id>/lesions/sizes/<int:measurement_id>/take-back/",
        lesions.retract_measurement,
        name="retract_measurement",
    ),
    path("patients/<int:patient_id>/labs/", labs.labs, name="labs"),
    path("patients/<int:patient_id>/labs/enter/", labs.enter_labs, name="enter_labs"),
    path("patients/<int:patient_id>/labs/paste/", labs.paste_labs, name="paste_labs"),
    path("patients/<int:patient_id>/labs/confirm/", labs.confirm_labs, name="confirm_labs"),
    path("patients/<int:patient_id>/labs/export/", labs.export_labs, name="export_labs"),
    path("patients/<int:patient_id>/labs/<int:result_id>/correct/", labs.correct_lab, name="correct_lab"),
    path("patients/<int:patient_id>/labs/<int:result_id>/take-back/", labs.retract_lab, name="retract_lab"),
    path("patients/<int:patient_id>/tasks/", tasks.tasks, name="tasks"),
    path("patients/<int:patient_id>/tasks/add/", tasks.add_task, name="add_task"),
    path("patients/<int:patient_id>/tasks/<int:task_id>/close/", tasks.close_task, name="close_task"),
    path("patients/<int:patient_id>/tasks/<int:task_id>/assign/", tasks.assign_task, name="assign_task"),
    path("patients/<int:patient_id>/tasks/<int:task_id>/reopen/", tasks.reopen_task, name="reopen_task"),
    path("tasks/", tasks.my_tasks, name="my_tasks"),
    path("patients/<int:patient_id>/history/", history.history, name="history"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export/", audit.export_audit, name="export_audit"),
]
