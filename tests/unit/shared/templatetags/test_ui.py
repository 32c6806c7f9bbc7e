from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from shared.month import FULL, OPEN, month_page


def shown(source, **facts):
    return Template("{% load ui %}" + source).render(Context(facts))


class Form(forms.Form):
    name = forms.CharField(label="名前", help_text="姓と名")
    way = forms.ChoiceField(label="方法", choices=[("a", "電話")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="確認しました")
    note = forms.CharField(label="備考", required=False)


class TestButton:
    def test_sends_a_form_unless_it_leads_somewhere(self):
        assert "<button" in shown('{% button "次へ" %}')
        assert '<a class="button" href="/x"' in shown('{% button "次へ" url="/x" %}')

    def test_turns_other_names_into_attributes(self):
        page = shown('{% button "送る" name="what" value="x" hx_post="/y" confirm="送りますか" %}')

        for attribute in ('name="what"', 'value="x"', 'hx-post="/y"', 'data-confirm="送りますか"'):
            assert attribute in page

    def test_escapes_what_it_is_given(self):
        page = shown("{% button words confirm=words %}", words='"><script>')

        assert "<script>" not in page


class TestForm:
    def test_ties_label_hint_and_error_to_the_control(self):
        page = shown("{% field form.name %}", form=Form({}))

        assert 'for="id_name"' in page
        assert 'aria-describedby="id_name_helptext id_name_error"' in page
        assert 'id="id_name_helptext"' in page
        assert 'id="id_name_error"' in page
        assert 'aria-invalid="true"' in page

    def test_says_which_fields_must_be_filled(self):
        assert "必須" in shown("{% field form.name %}", form=Form())
        assert "任意" in shown("{% field form.note %}", form=Form())

    def test_groups_choices_under_one_legend(self):
        assert "<legend" in shown("{% field form.way %}", form=Form())

    def test_leads_from_each_error_to_its_field(self):
        page = shown("{% error_summary form %}", form=Form({}))

        assert 'href="#id_name"' in page
        assert 'href="#id_way_0"' in page
        assert "data-error-summary" in page

    def test_says_nothing_when_all_is_well(self):
        assert shown("{% error_summary form %}", form=Form()).strip() == ""

    def test_carries_the_token_and_is_sent_once(self):
        page = shown('{% form form submit="進む" %}', form=Form(), csrf_token="secret")

        assert 'value="secret"' in page
        assert "data-submit-once" in page
        assert "novalidate" in page


class TestNotice:
    def test_is_announced_when_it_answers(self):
        assert 'role="status"' in shown('{% notice tone="success" live=True %}x{% endnotice %}')
        assert 'role="alert"' in shown('{% notice tone="error" live=True %}x{% endnotice %}')

    def test_escapes_its_words(self):
        page = shown("{% notice title=words %}{{ words }}{% endnotice %}", words="<b>")

        assert "<b>" not in page


class TestTable:
    def test_has_a_caption_and_column_headings(self):
        page = shown('{% table caption="一覧" headings="名|数#" %}<tbody></tbody>{% endtable %}')

        assert "<caption>一覧" in page
        assert '<th scope="col">名</th>' in page
        assert '<th scope="col" class="is-number">数</th>' in page
        assert 'tabindex="0"' in page


class TestSteps:
    def test_marks_the_present_one(self):
        page = shown('{% stepper "一|二|三" current=2 %}')

        assert page.count('aria-current="step"') == 1
        assert page.count("is-done") == 1


class TestWays:
    def test_ends_with_this_page(self):
        page = shown('{% breadcrumbs "ホーム" "/" "ここ" %}')

        assert '<span aria-current="page">ここ</span>' in page

    def test_marks_the_present_tab(self):
        page = shown('{% tabs "日" "今日" "/a" "明日" "/b" current="/b" %}')

        assert '<a href="/b" aria-current="page">' in page

    def test_keeps_the_query_while_turning_pages(self):
        request = RequestFactory().get("/?q=x&page=2")
        page = shown("{% pagination p %}", p=Paginator(range(50), 10).page(2), request=request)

        assert 'href="?q=x&amp;page=3"' in page


class TestMonth:
    def test_links_only_days_that_lead_somewhere(self):
        day = date(2027, 4, 7)
        page = month_page(
            year=2027, month=4, marks={day: OPEN, date(2027, 4, 8): FULL}, urls={day: "/7"}
        )
        words = shown("{% month page %}", page=page)

        assert words.count("<a ") == 1
        assert "空きあり" in words
        assert "2027年4月" in words
        with override("en"):
            assert "April 2027" in shown(
                "{% month page %}", page=month_page(year=2027, month=4, marks={}, urls={})
            )

    def test_colours_holidays_as_a_calendar_does(self):
        page = month_page(year=2027, month=4, marks={}, urls={})
        classes = {cell.day: cell.day_class for week in page.weeks for cell in week}

        assert classes[date(2027, 4, 29)] == "is-holiday"
        assert classes[date(2027, 4, 4)] == "is-sunday"
        assert classes[date(2027, 4, 3)] == "is-saturday"
        assert classes[date(2027, 4, 7)] == ""


class TestWords:
    @pytest.mark.parametrize(
        ("source", "japanese", "english"),
        [
            ("{{ d|day }}", "2027年4月7日(水)", "Wed 7 April 2027"),
            ("{{ d|short_day }}", "4月7日(水)", "Wed 7 Apr"),
            ("{{ d|wareki }}", "令和9年4月7日", "7 April 2027"),
            ("{{ m|moment }}", "2027年4月7日(水) 0:15", "Wed 7 April 2027 0:15"),
            ("{{ p|phone }}", "090-1234-5678", "090-1234-5678"),
            ("{{ none|day }}{{ none|short_day }}{{ none|wareki }}", "", ""),
            ("{{ none|moment }}{{ none|clock }}{{ none|phone }}", "", ""),
        ],
    )
    def test_follows_the_language_of_the_page(self, source, japanese, english):
        facts = {
            "d": date(2027, 4, 7),
            "m": datetime(2027, 4, 6, 15, 15, tzinfo=UTC),
            "p": "+819012345678",
            "none": None,
        }

        assert shown(source, **facts) == japanese
        with override("en"):
            assert shown(source, **facts) == english


class TestFigures:
    def test_shows_a_share_where_no_figures_are_given(self):
        assert "30%" in shown('{% progress "取込" value=3 maximum=10 %}')
        assert "0%" in shown('{% progress "取込" value=0 maximum=0 %}')

    def test_words_the_time_left_before_any_script_runs(self):
        assert "7分00秒" in shown('{% countdown seconds=420 label="残り" over="終わり" %}')
        assert "9秒" in shown('{% countdown seconds=9 label="残り" over="終わり" %}')
