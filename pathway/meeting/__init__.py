"""The multidisciplinary meeting: who is proposed for its list, what waits for each patient, and what the page shows."""
