"""The mapping for HCC-TACE-Seg (Moawad et al., The Cancer Imaging Archive, doi:10.7937/TCIA.5FNA-0924, CC BY 4.0).

Groups become what they are: a performance group of two scores is a range, "more than half of the liver" is 50 % or
more, an affected lymph node is limited or extensive spread. What the table does not say stays unknown: no node
affected does not exclude other spread, and the tumour size has no unit. Its follow-up is counted in weeks from the
first TACE and is read where the columns are there.
"""

from pathway.cohort_import.mapping import Rule

YES_NO = {"1": "yes", "0": "no"}

HCC_TACE_SEG = [
    Rule("TCIA_ID", "mrn"),
    Rule("age", "age_years", unit="years"),
    Rule("Sex", "sex", means={"1": "male", "2": "female"}),
    Rule("hepatitis_HBV only", "hepatitis_b", means=YES_NO),
    Rule("hepatitis_HCV and HBV", "hepatitis_b", means=YES_NO),
    Rule("hepatitis_HCV and HBV", "hepatitis_c", means=YES_NO),
    Rule("hepatitis_HCV only", "hepatitis_c", means=YES_NO),
    Rule("Alcohol", "alcohol", means=YES_NO),
    Rule("Diabetes", "diabetes", means=YES_NO),
    Rule("Evidence_of_cirh", "cirrhosis", means={"1": "degree_not_known", "0": "none"}),
    Rule(
        "PS_bclc_0_0_1-2_1_3-4_3",
        "ecog",
        means={"0": 0, "1": {"min": 1, "max": 2}, "3": {"min": 3, "max": 4}},
    ),
    Rule("tumor_nodul_multinodular", "lesion_count", means={"0": 1, "1": {"min": 2}}),
    Rule("Vascular invasion", "macrovascular_invasion", means={"0": False, "1": True}),
    Rule("Lymphnodes", "extrahepatic_spread", means={"0": None, "1": ["limited", "extensive"]}),
    Rule("Portal Vein Thrombosis", "pvtt", means={"0": "vp0", "1": ["vp1", "vp2", "vp3", "vp4"]}),
    Rule(
        "T_involvment",
        "tumour_fraction_pct",
        means={"0.0": {"max": 50}, "1.0": {"min": 50}},
    ),
    Rule("AFP", "afp_ng_per_ml", unit="ng/mL"),
    Rule("CPS_A", "child_pugh_class", means={"1": "A", "0": None}),
    Rule("CPS_B", "child_pugh_class", means={"1": "B", "0": None}),
    Rule("CPS_C", "child_pugh_class", means={"1": "C", "0": None}),
]

FOLLOW_UP = [
    # One line was published with imaging half a year before the treatment: no first imaging after it.
    Rule("Interval_FU", "weeks_to_first_imaging", means={"-25.86": None}),
    Rule("TTP", "weeks_to_progression"),
    Rule("Censored_0_progressed_1", "progressed", means=YES_NO),
    Rule("1_mRECIST_BL", "viable_sum_before_mm"),
    Rule("1_mRECIST_FU", "viable_sum_after_mm"),
    Rule("1_mRECIST", "mrecist", means={"1.0": "CR", "2.0": "PR", "3.0": "SD", "4.0": "PD"}),
]
