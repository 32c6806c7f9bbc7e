import pytest
from django.test import RequestFactory
from django.utils.translation import override

from shared.views import errors

PAGES = [
    (errors.bad_request, 400),
    (errors.forbidden, 403),
    (errors.csrf_failure, 403),
    (errors.not_found, 404),
    (errors.conflict, 409),
    (errors.too_many, 429),
    (errors.fault, 500),
]


class TestErrorPages:
    @pytest.mark.parametrize(("page", "status"), PAGES)
    def test_say_it_calmly_with_the_number_of_the_request(self, page, status):
        request = RequestFactory().get("/")
        request.request_id = "AB12CD34"

        answer = page(request)

        assert answer.status_code == status
        assert "AB12CD34" in answer.text
        assert "<h1>" in answer.text

    def test_speak_english_too(self):
        with override("en"):
            assert "Page not found" in errors.not_found(RequestFactory().get("/")).text

    def test_make_a_number_and_log_it_where_none_is_set(self, caplog):
        answer = errors.fault(RequestFactory().get("/"))

        assert caplog.records[-1].request_id in answer.text

    def test_repeat_the_words_of_a_refusal(self):
        answer = errors.conflict(RequestFactory().get("/"), words="この枠は満員になりました。")

        assert "この枠は満員になりました。" in answer.text
