"""Reference data on its pages: read by everybody, changed by site admins, a reason each time."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from procedures import guidance
from procedures.actions import reference as actions
from procedures.forms.reference_change import version_of
from procedures.models import Agent, Artery, EmbolicMaterial
from procedures.reference import columns, history, kinds
from tests.factories.accounts import UserFactory
from tests.factories.patients import NOW
from tests.factories.procedures import AgentFactory, ArteryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return UserFactory(is_site_admin=True, name="A. Novak")


@pytest.fixture
def client(signed_in, admin):
    return signed_in(admin)


def page(name: str, kind: str = "agents", code: str = "doxorubicin") -> str:
    return reverse(f"procedures:{name}", args=[kind, code])


def sent(row, **changed) -> dict:
    """Return what the form of a row sends, some of it changed."""
    kind = kinds.kind_of(row)
    answers = {name: columns.answer_of(kind.model, name, columns.text_of(row, name)) for name in kind.columns}
    answers = {name: answer for name, answer in answers.items() if answer != "false"}
    return answers | {"reason": "New label", "seen": version_of(row)} | changed


def doxorubicin() -> Agent:
    return Agent.objects.get(code="doxorubicin")


class TestReadingPage:
    def test_shows_each_number_and_where_it_comes_from(self, signed_in, observer):
        shown = signed_in(observer).get(reverse("procedures:reference")).content.decode()

        assert "30–75 mg/m²" in shown
        assert "550 mg/m², warns above 450 mg/m²" in shown
        assert "1.2–3 mg/dL: give 50 %" in shown
        assert "below 30 mL/min: avoid" in shown
        assert "Not in source; local pharmacy sign-off needed" in shown
        assert "Right inferior phrenic artery" in shown

    def test_offers_changes_only_to_site_admins(self, signed_in, clinician, client):
        add = reverse("procedures:add_reference", args=["agents"])

        assert add not in signed_in(clinician).get(reverse("procedures:reference")).content.decode()
        assert add in client.get(reverse("procedures:reference")).content.decode()

    def test_stays_within_a_handful_of_queries(self, client, django_assert_max_num_queries):
        with django_assert_max_num_queries(12):
            client.get(reverse("procedures:reference"))

    @pytest.mark.parametrize("kind", ["agents", "materials", "arteries"])
    def test_shows_every_row_of_its_own(self, client, kind):
        for row in kinds.KINDS[kind].model.objects.all()[:6]:
            answer = client.get(page("reference_row", kind, row.code))
            assert answer.status_code == 200
            assert "Came with the product." in answer.content.decode()

    @pytest.mark.parametrize("address", ["/reference/drugs/row/x/", "/reference/agents/row/nothing/"])
    def test_of_what_is_not_there_is_not_found(self, client, address):
        assert client.get(address).status_code == 404


class TestChanging:
    def test_keeps_who_when_why_and_what(self, client, admin):
        answer = client.post(page("edit_reference"), sent(doxorubicin(), most_per_procedure_mg="120,5"))

        assert answer.status_code == 302
        newest = history.events_of(doxorubicin())[0]
        assert (newest.by, newest.reason) == (admin, "New label")
        assert [(c.label, c.old, c.new) for c in newest.changes] == [
            ("Most per procedure, mg", "150", "120.5")
        ]
        assert AuditEntry.objects.get(what="procedures.change_reference").by == admin

    def test_asks_for_a_reason_and_keeps_what_was_typed(self, client):
        answer = client.post(page("edit_reference"), sent(doxorubicin(), name="Adriamycin", reason=""))

        assert answer.status_code == 422
        assert "Adriamycin" in answer.content.decode()
        assert doxorubicin().name == "Doxorubicin"

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"usual_low": "80"}, "usual_high"),
            ({"most_lifetime_mg_per_m2": "400"}, "most_lifetime_mg_per_m2"),
            ({"most_per_procedure_mg": "2000"}, "impossible_above_mg"),
            ({"most_per_procedure_mg": "0"}, "most_per_procedure_mg"),
            ({"usual_low": "thirty"}, "usual_low"),
            ({"bilirubin_reductions": "half"}, "bilirubin_reductions"),
            ({"name": ""}, "name"),
        ],
    )
    def test_names_the_field_of_what_cannot_be_meant(self, client, changed, field):
        answer = client.post(page("edit_reference"), sent(doxorubicin(), **changed))

        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]

    def test_says_when_somebody_else_was_faster(self, client, admin):
        stale = sent(doxorubicin(), name="Adriamycin")
        row = doxorubicin()
        row.abbreviation = "DOX"
        actions.change_row(row=row, by=admin, at=NOW, because="Local habit")

        answer = client.post(page("edit_reference"), stale)

        assert answer.status_code == 422
        assert "A. Novak changed this row" in answer.content.decode()
        assert (doxorubicin().name, doxorubicin().abbreviation) == ("Doxorubicin", "DOX")

    def test_shows_an_artery_with_the_one_that_it_arises_from(self, client):
        form = client.get(page("edit_reference", "arteries", "a8")).context["form"]

        assert '<option value="right-anterior" selected>' in str(form["parent"])

    def test_leaves_an_artery_where_it_is_when_only_its_name_changes(self, client):
        artery = Artery.objects.get(code="a8")

        client.post(page("edit_reference", "arteries", "a8"), sent(artery, name="A8 dorsal"))

        changed = Artery.objects.get(code="a8")
        assert (changed.name, changed.parent, changed.segments) == ("A8 dorsal", artery.parent, ["8"])

    def test_refuses_an_artery_that_would_arise_from_its_own_branch(self, client):
        artery = Artery.objects.get(code="right-hepatic")

        answer = client.post(page("edit_reference", "arteries", "right-hepatic"), sent(artery, parent="a8"))

        assert list(answer.context["form"].errors) == ["parent"]


class TestAdding:
    def test_offers_the_new_row(self, client):
        address = reverse("procedures:add_reference", args=["materials"])
        new = {
            "code": "Lipiodol-Plus",
            "name": "Lipiodol",
            "kind": "ethiodised_oil",
            "reason": "New on the shelf",
        }

        answer = client.post(address, new)

        made = EmbolicMaterial.objects.in_use().get(code="lipiodol-plus")
        assert answer["Location"] == page("reference_row", "materials", "lipiodol-plus")
        assert (made.is_signed_off, made.history.get().history_change_reason) == (False, "New on the shelf")

    def test_refuses_a_code_that_is_taken(self, client):
        address = reverse("procedures:add_reference", args=["agents"])

        answer = client.post(
            address,
            {
                "code": "DOXORUBICIN",
                "name": "X",
                "usual_basis": "flat",
                "impossible_above_mg": "1",
                "reason": "x",
            },
        )

        assert list(answer.context["form"].errors) == ["code"]

    def test_takes_no_notice_of_a_version_that_a_new_row_cannot_have(self, client):
        address = reverse("procedures:add_reference", args=["materials"])

        answer = client.post(address, {"seen": "' OR 1=1 --"})

        assert set(answer.context["form"].errors) == {"code", "name", "kind", "reason"}


class TestSignOff:
    @pytest.fixture
    def signed_off(self, client):
        note = {"reason": "P. Lind, pharmacy, list of 2 March", "seen": version_of(doxorubicin())}
        client.post(page("sign_off_reference"), note)

    def test_is_noted_with_who_signed(self, signed_off, client):
        assert doxorubicin().is_signed_off
        assert "P. Lind, pharmacy" in client.get(page("reference_row")).content.decode()

    def test_lapses_when_a_number_changes(self, signed_off, client):
        client.post(page("edit_reference"), sent(doxorubicin(), usual_high="60"))

        assert not doxorubicin().is_signed_off

    def test_stays_when_only_a_name_changes(self, signed_off, client):
        client.post(page("edit_reference"), sent(doxorubicin(), abbreviation="DOX"))

        assert doxorubicin().is_signed_off


class TestRetiring:
    def test_takes_the_row_from_what_is_offered_and_keeps_it(self, client, admin):
        row = doxorubicin()
        client.post(page("retire_reference"), {"reason": "No longer stocked", "seen": version_of(row)})

        assert row not in Agent.objects.in_use()
        assert doxorubicin().is_retired
        assert "retired on" in client.get(reverse("procedures:reference")).content.decode()

    def test_can_be_taken_back(self, client, admin):
        actions.retire_row(row=doxorubicin(), by=admin, on=date(2026, 3, 2), at=NOW, because="Not stocked")

        client.post(page("retire_reference"), {"reason": "In stock", "seen": version_of(doxorubicin())})

        assert not doxorubicin().is_retired

    def test_asks_for_a_reason(self, client):
        answer = client.post(page("retire_reference"), {"reason": "", "seen": version_of(doxorubicin())})

        assert answer.status_code == 422
        assert not doxorubicin().is_retired

    def test_is_not_undone_by_a_page_that_is_out_of_date(self, client, admin):
        seen = version_of(doxorubicin())
        actions.retire_row(row=doxorubicin(), by=admin, on=date(2026, 3, 2), at=NOW, because="Not stocked")

        client.post(page("retire_reference"), {"reason": "Not stocked", "seen": seen})

        assert doxorubicin().is_retired


class TestTree:
    def test_puts_each_artery_under_the_one_that_it_arises_from(self, client):
        lines = client.get(reverse("procedures:reference")).context["arteries"]
        depths = {line.row.code: line.depth for line in lines}

        assert len(lines) == Artery.objects.count()
        assert (depths["aorta"], depths["coeliac"], depths["a8"]) == (0, 1, 6)

    def test_keeps_an_artery_in_sight_whose_origin_is_retired(self, client):
        ArteryFactory(code="branch", parent=ArteryFactory(code="gone", retired_on=date(2026, 3, 2)))

        lines = client.get(reverse("procedures:reference")).context["arteries"]

        assert {line.row.code: line.depth for line in lines}["branch"] == 0


class TestUnknownNumbers:
    def test_are_shown_as_empty_and_never_as_nought(self, client):
        AgentFactory(code="irinotecan")

        line = client.get(page("reference_row", "agents", "irinotecan")).context["line"]

        assert (line.usual, line.per_procedure, line.lifetime) == ("", "", "")


class TestStrangeAnswers:
    @pytest.mark.parametrize(
        ("kind", "code", "changed"),
        [
            ("agents", "doxorubicin", {"impossible_above_mg": "9" * 40}),
            ("agents", "doxorubicin", {"usual_high": "NaN"}),
            ("agents", "doxorubicin", {"usual_low": "1e300"}),
            ("agents", "doxorubicin", {"name": "x\0"}),
            ("agents", "doxorubicin", {"bilirubin_reductions": "9" * 1001}),
            ("materials", "dc-bead", {"size_low_um": "-1"}),
            ("materials", "dc-bead", {"size_high_um": "9" * 30}),
            ("arteries", "a8", {"order": "9" * 30}),
            ("arteries", "a8", {"segments": ["8", "9"]}),
            ("arteries", "a8", {"parent": "nowhere"}),
            ("arteries", "a8", {"michels_type": "XI"}),
        ],
    )
    def test_are_refused_at_the_field(self, client, kind, code, changed):
        row = kinds.KINDS[kind].model.objects.get(code=code)

        answer = client.post(page("edit_reference", kind, code), sent(row, **changed))

        assert answer.status_code == 422
        assert set(answer.context["form"].errors) >= set(changed)


class TestLimitsOfARow:
    def test_carry_the_sign_off_of_the_pharmacy_to_each_meter(self, admin):
        before = guidance.limits_of(doxorubicin())["source"]
        actions.sign_off_row(row=doxorubicin(), by=admin, at=NOW, because="P. Lind, pharmacy")

        assert "local pharmacy sign-off needed" in before
        assert "signed off by the local pharmacy" in guidance.limits_of(doxorubicin())["source"]
