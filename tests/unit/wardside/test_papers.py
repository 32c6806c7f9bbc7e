"""Papers to print: complete, escaped, without a word of the data itself."""

import re

import pytest

from tests.unit.wardside.conftest import AT, names
from tests.unit.wardside.packing import PASSWORD, packed
from wardside import papers


@pytest.fixture
def form(run, out):
    def form(*words, kind="give", thing="data"):
        ran = run("handover-form", "--kind", kind, "--thing", thing, "--out", out, *words)
        pages = sorted(out.iterdir())
        return ran, pages[-1].read_text("utf-8") if pages else ""

    return form


class TestHandover:
    def test_is_a_dry_run_first(self, form, out):
        assert form()[0].exit == 0
        assert names(out) == []

    def test_takes_name_and_digest_of_a_container_and_nothing_of_it(self, form, tmp_path):
        path = packed(tmp_path / "TGT_999997_20260501_001.zip", "RES", [])
        ran, page = form("--container", path, "--quantity", "DVD-R 1枚", "--write")

        assert ran.exit == 0
        assert path.name in page and "DVD-R 1枚" in page
        assert re.search("<td>[0-9a-f]{64}</td>", page)
        assert PASSWORD not in page

    @pytest.mark.parametrize("kind", papers.KINDS)
    @pytest.mark.parametrize("thing", papers.THINGS)
    def test_has_each_moment_for_data_and_notice_apart(self, form, kind, thing):
        ran, page = form("--write", kind=kind, thing=thing)

        assert ran.exit == 0
        for words in (
            papers.KINDS[kind],
            papers.THINGS[thing],
            "日時",
            "取扱者",
            "情報の内容",
            "数量",
        ):
            assert words in page
        other = next(one for one in papers.THINGS if one != thing)
        assert f"<td>{papers.THINGS[other]}</td>" not in page

    def test_what_was_typed_is_escaped(self, form):
        _, page = form("--given-by", "<script>alert(1)</script>", "--medium", '"&<', "--write")

        assert "<script" not in page
        assert "&lt;script&gt;" in page and "&quot;&amp;&lt;" in page

    def test_an_open_file_is_not_written_on_a_form(self, form, tmp_path, out):
        path = tmp_path / "open.csv"
        path.write_text("a,b\r\n")

        assert form("--container", path, "--write")[0].exit == 3
        assert names(out) == []


class TestNotice:
    def test_has_the_password_in_groups_and_how_to_keep_it(self):
        page = papers.password_notice(
            file_name="TGT.zip", sha256="0" * 64, password=PASSWORD, at=AT
        )

        assert "acde fhjk mnpr twxy 3467 acde fhjk" in page
        assert "別の鍵付きキャビネット" in page and "2026年6月1日" in page

    def test_loads_nothing_and_runs_nothing(self):
        page = papers.password_notice(file_name="x", sha256="", password="x", at=AT)

        assert not re.search(r"<script|<link|<img|src=|href=|url\(|https?:", page)
        assert "default-src 'none'" in page
