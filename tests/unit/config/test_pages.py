"""What every page of both hosts has in common."""

import pytest
from django.test import Client

RESIDENT, STAFF = "mihon.localhost", "staff.mihon.localhost"


@pytest.fixture
def reader(served):
    return Client()


class TestMasthead:
    def test_names_the_municipality_and_its_call_centre(self, reader):
        from tenancy.standings import standing

        row = standing()
        row.call_centre_number, row.call_centre_hours = "03-0000-0000", "8時30分から19時まで"
        row.save()

        page = reader.get("/nothing/", headers={"host": RESIDENT}).text

        assert "見本市" in page
        assert "03-0000-0000" in page
        assert "8時30分から19時まで" in page

    def test_speaks_english_words_of_the_municipality_where_it_wrote_some(self, reader):
        from tenancy.standings import standing

        row = standing()
        row.programme, row.programme_en = "集団予防接種", "Group vaccination"
        row.call_centre_number = "03-0000-0000"
        row.call_centre_hours, row.call_centre_hours_en = "毎日9時から17時まで", ""
        row.save()
        page = reader.get("/nothing/", headers={"host": RESIDENT, "accept-language": "en"}).text

        assert "Group vaccination" in page
        assert "集団予防接種" not in page
        assert "毎日9時から17時まで" in page, "better read in Japanese than missed"

    def test_speaks_the_language_that_was_chosen(self, reader):
        answer = reader.post(
            "/language/",
            {"language": "en", "next": "/gallery/"},
            headers={"host": RESIDENT},
            secure=True,
        )
        page = reader.get("/nothing/", headers={"host": RESIDENT}, secure=True).text

        assert answer.status_code == 302
        assert "Mihon City" in page
        assert "Page not found" in page
        assert 'lang="en"' in page

    def test_shows_no_menu_to_somebody_who_has_not_signed_in(self, reader):
        page = reader.get("/nothing/", headers={"host": STAFF}).text

        assert "業務画面" in page
        assert "staff-nav" not in page


class TestGallery:
    @pytest.mark.parametrize("host", [RESIDENT, STAFF])
    def test_shows_every_part_while_the_municipality_is_being_built(self, reader, host):
        assert reader.get("/gallery/", headers={"host": host}).status_code == 200

    @pytest.mark.parametrize("host", [RESIDENT, STAFF])
    def test_is_gone_once_real_people_may_come(self, reader, host):
        from tenancy.models.standing import Stage
        from tenancy.standings import forget_kept, standing

        row = standing()
        row.stage = Stage.TRIAL
        row.save()
        forget_kept()

        for path in ("/gallery/", "/gallery/staff/"):
            assert reader.get(path, headers={"host": host}).status_code == 404


class TestContentPolicy:
    def test_no_page_carries_script_or_style_of_its_own(self, reader):
        for host in (RESIDENT, STAFF):
            page = reader.get("/gallery/", headers={"host": host}).text

            assert " style=" not in page
            assert "<style" not in page
            assert "onclick" not in page
            assert page.count("<script ") == page.count("<script src=")
            assert "http://" not in page
            assert "https://" not in page
