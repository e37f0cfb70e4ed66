"""Section 6: the days after. `guidelines.embolisation_syndrome` judges a patient's course by it."""

from guidelines.technique_clause import TechniqueSection

# "Generally, the adverse reactions after interventional therapy will last for 5-7 days."
REACTION_FROM_DAYS, REACTION_TO_DAYS = 5, 7

section = TechniqueSection("6")
section.text(
    "6.1",
    "adverse_effect",
    locator="section 6, first sentence",
    says="Post-embolisation syndrome is the most common: fever, pain, nausea and vomiting.",
)
section.text(
    "6.2",
    "adverse_effect",
    locator="section 6, second sentence",
    says="Fever and pain come from lack of blood and from necrosis, nausea and vomiting mainly from the drugs.",
)
section.text(
    "6.3",
    "adverse_effect",
    locator="section 6, third sentence",
    says="Others: bleeding at the puncture, fall of leukocytes, passing change of liver function, renal impairment and "
    "difficulty in passing water.",
)
section.text(
    "6.4",
    "adverse_effect",
    locator="section 6, last sentence",
    says="They last {from_days} to {to_days} days as a rule; most patients recover fully with symptomatic treatment.",
    values={"from_days": REACTION_FROM_DAYS, "to_days": REACTION_TO_DAYS},
)
