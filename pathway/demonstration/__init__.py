"""The demonstration team: invented people and patients, one for every verdict, condition and modality."""
