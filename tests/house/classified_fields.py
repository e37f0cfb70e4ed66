"""Which fields of each row do not identify a person; the others its model names in `identifying_fields`.

A new field must be added here or there: then somebody has thought about it. The de-identified export follows the
models' own lists.
"""

DO_NOT_IDENTIFY = {
    "accounts.AuditEntry": """
        at by team person patient_id kind what listed_ids
    """,
    "accounts.Membership": """
        user team role is_lead is_active away_from away_until deputy
    """,
    "accounts.Team": """
        name time_zone language requires_second_factor is_research
    """,
    "accounts.User": """
        password last_login is_active is_site_admin language theme joined_at guide_put_away_at
    """,
    "assessments.Assessment": """
        patient made_on facts status revision edition_settings verdict modality is_urgent
        child_pugh_class albi albi_grade bclc_stage decision meeting_owner meeting_on created_at
        created_by saved_at saved_by signed_at signed_by
    """,
    "assessments.EditionSettings": """
        version edition values lab_age_limit_days recheck_from_days recheck_to_days reason
        drafted_by drafted_at approved_by approved_at effective_from based_on
        discarded_at discarded_by discarded_because
    """,
    "assessments.EditionDryRun": """
        draft compared_with draft_digest engine_version counts run_at run_by
    """,
    "assessments.EditionFlip": """
        dry_run about kind record_id patient_id team on state before after clauses conditions missing
    """,
    "assessments.SignedVersion": """
        assessment number signed_at signed_by
    """,
    "followup.BulkChange": """
        team kind at by undone_at undone_by
    """,
    "followup.CalendarFeed": """
        team owner made_at last_read_at revoked_at
    """,
    "followup.Contact": """
        patient review at channel outcome next_try_on by form_key
    """,
    "followup.Decision": """
        review reading choice options recommended clauses edition_settings engine_version
        against_because interval_months decided_at decided_by assessment task next_review
        withdrawn_at withdrawn_by
    """,
    "followup.FailsafeSheet": """
        team month in_care_count signed_at signed_by
    """,
    "followup.FollowUpSettings": """
        team soon_days escalate_after_days unread_working_days undecided_working_days
        unsigned_working_days unstarted_working_days longest_pause_days quiet_from quiet_until sends_email
        reminds_patients webhook_url images_early_after_each asks_two_readers saved_at saved_by
    """,
    "followup.ImagingReview": """
        team patient after_procedure after_review counts_from clause due_from due_to interval_months
        interval_reason is_rescheduled opened_at opened_by owner booked_for booked_at_time
        booked_modality booked_dynamic done_on done_modality done_dynamic is_elsewhere
        done_recorded_at done_recorded_by read_at decided_at closed_at closed_by closed_because
        revision in_care
    """,
    "followup.ImportedOutcome": """
        patient weeks_to_first_imaging weeks_to_progression progressed weeks_to_death died
        viable_sum_before_mm viable_sum_after_mm mrecist imported_at imported_by
    """,
    "followup.LesionReading": """
        reading lesion state longest_mm viable_mm is_target is_new merged_into split_from
        was_treated deposition lirads_features lirads measurement
    """,
    "followup.Message": """
        team user patient channel slot language template_key message_id gathered_at send_after
        claimed_until claim_token attempts may_be_twice sent_at failed_at withheld_at
        withheld_because seen_at
    """,
    "followup.MessageTemplate": """
        key language subject body saved_at saved_by
    """,
    "followup.Pause": """
        review procedure task until reason paused_at paused_by lifted_at lifted_by
    """,
    "followup.Reading": """
        retracted_at retracted_by review reader is_adjudication imaged_on modality dynamic_enhanced
        lipiodol_deposition necrosis viable_tumour enlargement new_lesions non_target thrombus
        spread revision mrecist recist_1_1 viable_sum_mm longest_sum_mm started_at saved_at
        signed_at signed_by
    """,
    "followup.Reminder": """
        team review procedure task rung rung_on user patient key made_at message dropped_because
    """,
    "followup.ReviewEvent": """
        review kind at by reason
    """,
    "followup.SavedView": """
        team owner name query saved_at
    """,
    "followup.SignedReading": """
        reading number signed_at signed_by
    """,
    "followup.SweepFault": """
        run subject at
    """,
    "followup.SweepRun": """
        started_at finished_at reminders_written messages_gathered reviews_opened fault_count
    """,
    "pathway.CohortImport": """
        team row_count rules uploaded_at uploaded_by check_job import_job imported_at given_up_at
    """,
    "pathway.DistinctPair": """
        first second said_at said_by
    """,
    "pathway.Discussion": """
        meeting patient why position added_at added_by taken_off_at taken_off_by decided_at decided_by
        version decision task
    """,
    "pathway.Job": """
        kind team asked_by asked_at state claimed_until attempts done_steps all_steps finished_at
    """,
    "pathway.Meeting": """
        team held_on created_at created_by pack_job
    """,
    "pathway.MeetingPack": """
        meeting made_at made_by patient_ids
    """,
    "pathway.Letter": """
        patient draft kind language pdf_sha256 issued_at issued_by
    """,
    "pathway.LetterDraft": """
        patient kind language started_at started_by saved_at saved_by revision closed_at closed_by
    """,
    "pathway.LetterSending": """
        letter way sent_on recorded_at recorded_by form_key
    """,
    "pathway.Letterhead": """
        team address phone urgent_phone saved_at saved_by
    """,
    "pathway.RegistryExport": """
        team asked_at asked_by since until modality dates only_signed job patient_count size_bytes
        sha256 kept_until emptied_at
    """,
    "pathway.RegistryKey": """
        team made_at made_by
    """,
    "pathway.RegistryPiece": """
        export number
    """,
    "pathway.MergeRecord": """
        team kept duplicate merged_at merged_by moved newest undone_at undone_by
    """,
    "pathway.RememberedMapping": """
        team columns_digest rules saved_at
    """,
    "pathway.TimetableTick": """
        entry ticked_at
    """,
    "patients.Allergy": """
        retracted_at retracted_by patient substance reaction since_year
    """,
    "patients.Diagnosis": """
        patient basis diagnosed_on hepatitis_b hepatitis_c alcohol steatotic cirrhosis diabetes
        grade earlier_treatments_asked_on
    """,
    "patients.LabResult": """
        retracted_at retracted_by patient analyte comparator value unit canonical_value
        control_value taken_on source reference_low reference_high corrects entered_at entered_by
    """,
    "patients.Lesion": """
        retracted_at retracted_by patient number segments first_seen_on capsule margin vascularity
        form_key
    """,
    "patients.LesionMeasurement": """
        retracted_at retracted_by lesion measured_on longest_mm viable_mm source entered_at
        entered_by
    """,
    "patients.Patient": """
        team birth_year sex language consents_to_messages message_channel ended_on ended_because
        merged_into registered_at registered_by form_key
    """,
    "patients.PriorTreatment": """
        retracted_at retracted_by patient kind outcome treated_year treated_month treated_day doses
    """,
    "patients.SearchWord": """
        patient team
    """,
    "patients.StandingRisks": """
        patient allergies_asked_on antithrombotics antithrombotics_which bilioenteric_anastomosis
        thyroid_disease pregnancy_possible
    """,
    "patients.Task": """
        patient kind fact due_from due_to owner created_at created_by closed_at closed_by outcome
    """,
    "procedures.Administration": """
        target agent dose_mg carrier lot order discarded_at
    """,
    "procedures.AdverseEvent": """
        retracted_at retracted_by procedure term onset_on resolved_on ctcae_grade ctcae_version
        graded_from cirse_grade cirse_version sir_class sir_version expected causality graded_at
        graded_by form_key entered_at entered_by
    """,
    "procedures.Agent": """
        code name retired_on source is_signed_off abbreviation is_in_guideline usual_low usual_high
        usual_basis most_per_procedure_mg most_per_procedure_mg_per_m2 warn_lifetime_mg_per_m2
        most_lifetime_mg_per_m2 is_anthracycline impossible_above_mg bilirubin_reductions
        renal_reductions
    """,
    "procedures.Amendment": """
        procedure opened_at opened_by version given_up_at given_up_by
    """,
    "procedures.Artery": """
        code name retired_on source is_signed_off kind parent segments side michels_type order
    """,
    "procedures.EmbolicMaterial": """
        code name retired_on source is_signed_off kind size_low_um size_high_um warn_volume_ml
        most_volume_ml most_drug_mg requires_lot requires_udi
    """,
    "procedures.Embolisation": """
        target material size_low_um size_high_um volume_ml lot udi order discarded_at
    """,
    "procedures.Exposure": """
        procedure dose_area_product_gy_cm2 air_kerma_mgy fluoroscopy_min contrast_ml entered
    """,
    "procedures.Procedure": """
        patient assessment planned_on planned_modality technique planned_lesions expected_feeders
        planned_agents started_at started_by ended_at modality operators access angiography
        michels_type height_cm weight_kg cancelled_at cancelled_by revision form_key created_at
        created_by saved_at saved_by signed_at signed_by amendment_opened_at
    """,
    "procedures.SignedVersion": """
        procedure number signed_at signed_by
    """,
    "procedures.SymptomEntry": """
        retracted_at retracted_by procedure asked_at channel temperature_c pain answers form_key
        entered_at entered_by
    """,
    "procedures.TargetVessel": """
        procedure number artery level microcatheter calibre_mm is_markedly_thick lesions
        beyond_cystic beyond_right_gastric beyond_gastroepiploic speed end_point is_confirmed
        discarded_at
    """,
}

# Long texts that are about a rule or a team, not about a person.
TEXT_ABOUT_NOBODY = {
    "assessments.EditionSettings.reason",
    "followup.MessageTemplate.body",
}
