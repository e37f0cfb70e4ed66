"""Body surface (Mosteller 1987; Du Bois 1916) and FIB-4 (Sterling 2006, Hepatology 43:1317)."""

import math


def mosteller_m2(height_cm: float, weight_kg: float) -> float:
    """N Engl J Med 1987;317:1098."""
    return math.sqrt(height_cm * weight_kg / 3600)


def dubois_m2(height_cm: float, weight_kg: float) -> float:
    """Arch Intern Med 1916;17:863; up to 0.1 m² from Mosteller in obesity, so the formula is named."""
    surface: float = 0.007184 * weight_kg**0.425 * height_cm**0.725
    return surface


def fib4(age_years: float, ast_u_per_l: float, alt_u_per_l: float, platelets_10e9_per_l: float) -> float:
    """doi:10.1002/hep.21178."""
    return age_years * ast_u_per_l / (platelets_10e9_per_l * math.sqrt(alt_u_per_l))
