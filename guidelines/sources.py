"""The publications that clauses and scores cite, by key."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """One publication: enough to find it."""

    key: str
    citation: str
    doi: str = ""


def _table(*sources: Source) -> Mapping[str, Source]:
    return {source.key: source for source in sources}


ALL: Mapping[str, Source] = _table(
    Source(
        "cn-2011",
        "Diagnosis and treatment of primary liver cancer, 2011 edition (Ministry of Health, China); "
        "English version Chin Clin Oncol 2012",
        "10.3978/j.issn.2304-3865.2012.07.01",
    ),
    Source(
        "cn-hae-list",
        "Older Chinese list of indications and contraindications of hepatic artery embolisation, printed as a figure",
    ),
    Source("child-pugh", "Pugh 1973, Br J Surg 60:646", "10.1002/bjs.1800600817"),
    Source("albi", "Johnson 2015, J Clin Oncol 33:550", "10.1200/JCO.2014.57.9151"),
    Source("malbi", "Hiraoka 2017, Liver Cancer 6:325", "10.1159/000479984"),
    Source("meld", "Kamath 2001, Hepatology 33:464", "10.1053/jhep.2001.22172"),
    Source(
        "meld-na", "Kim 2008, N Engl J Med 359:1018; OPTN policy 9, January 2016", "10.1056/NEJMoa0801209"
    ),
    Source("meld-3", "Kim 2021, Gastroenterology 161:1887; OPTN July 2023", "10.1053/j.gastro.2021.08.050"),
    Source("ckd-epi-2021", "Inker 2021, N Engl J Med 385:1737", "10.1056/NEJMoa2102953"),
    Source("cockcroft-gault", "Cockcroft and Gault 1976, Nephron 16:31", "10.1159/000180580"),
    Source("mosteller", "Mosteller 1987, N Engl J Med 317:1098", "10.1056/NEJM198710223171717"),
    Source(
        "du-bois", "Du Bois and Du Bois 1916, Arch Intern Med 17:863", "10.1001/archinte.1916.00080130010002"
    ),
    Source("fib-4", "Sterling 2006, Hepatology 43:1317", "10.1002/hep.21178"),
    Source("ecog", "Oken 1982, Am J Clin Oncol 5:649"),
    Source("bclc-2022", "Reig 2022, J Hepatol 76:681", "10.1016/j.jhep.2021.11.018"),
    Source("cnlc", "Zhou 2020, Liver Cancer 9:682", "10.1159/000509424"),
    Source("milan", "Mazzaferro 1996, N Engl J Med 334:693", "10.1056/NEJM199603143341104"),
    Source("ucsf", "Yao 2001, Hepatology 33:1394", "10.1053/jhep.2001.24563"),
    Source("up-to-seven", "Mazzaferro 2009, Lancet Oncol 10:35", "10.1016/S1470-2045(08)70284-5"),
    Source("six-and-twelve", "Wang 2019, J Hepatol 70:893", "10.1016/j.jhep.2019.01.013"),
    Source("tumour-burden-score", "Sasaki 2018, Ann Surg 267:132", "10.1097/SLA.0000000000002064"),
    Source("hap", "Kadalayil 2013, Ann Oncol 24:2565", "10.1093/annonc/mdt247"),
    Source("clip", "CLIP investigators 1998, Hepatology 28:751", "10.1002/hep.510280322"),
    Source("recist-1.1", "Eisenhauer 2009, Eur J Cancer 45:228", "10.1016/j.ejca.2008.10.026"),
    Source("mrecist", "Lencioni and Llovet 2010, Semin Liver Dis 30:52", "10.1055/s-0030-1247132"),
    Source(
        "lirads-v2018",
        "American College of Radiology, CT/MRI LI-RADS v2018, treatment response; Voizard 2019, Insights Imaging 10",
    ),
    Source(
        "lirads-v2024",
        "American College of Radiology, CT/MRI LI-RADS v2024, treatment response without radiation",
    ),
    Source("jsh-lcsgj-2014", "Kudo 2014, Oncology 87 Suppl 1:22", "10.1159/000368142"),
    Source("cohen-1960", "Cohen 1960, Educ Psychol Meas 20:37", "10.1177/001316446002000104"),
    Source("cohen-1968", "Cohen 1968, Psychol Bull 70:213", "10.1037/h0026256"),
)
