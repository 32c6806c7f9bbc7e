"""Room on a disk: long works are refused before they begin, and a ballast can be let go."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from shared import room


class TestMustHold:
    def test_refuses_in_words_and_numbers(self, tmp_path):
        with pytest.raises(room.NoRoom) as refused:
            room.must_hold(tmp_path, needed=2**60)

        assert str(tmp_path) in refused.value.words
        assert "MB" in refused.value.words

    def test_lets_a_small_work_begin(self, tmp_path):
        room.all_must_hold([tmp_path, tmp_path / "made later"], needed=1)

    def test_leaves_the_last_of_it_to_others(self, tmp_path, monkeypatch):
        monkeypatch.setattr(room, "KEPT_FREE", 2**60)
        with pytest.raises(room.NoRoom):
            room.must_hold(tmp_path, needed=0)


class TestBallast:
    def test_holds_real_blocks_and_gives_them_back(self, tmp_path):
        path = room.keep_ballast(tmp_path, size=3 * room.MB)

        assert path.stat().st_blocks * 512 >= 3 * room.MB
        assert room.keep_ballast(tmp_path, size=3 * room.MB) == path
        assert room.let_ballast_go(tmp_path) == 3 * room.MB
        assert room.let_ballast_go(tmp_path) == 0
        assert list(tmp_path.iterdir()) == []

    def test_is_not_laid_where_there_is_no_room(self, tmp_path):
        with pytest.raises(room.NoRoom):
            room.keep_ballast(tmp_path, size=2**60)
        assert list(tmp_path.iterdir()) == []

    def test_command(self, tmp_path, capsys):
        for verb in ("keep", "show", "release"):
            call_command("ballast", verb, folder=[tmp_path], size_mb=1)
        told = capsys.readouterr().out.splitlines()

        assert "バラストあり" in told[0] and "バラストあり" in told[1]
        assert "1 MB を空けました" in told[2] and "バラストなし" in told[3]

    def test_command_says_why_not(self):
        with pytest.raises(CommandError, match="空き容量が足りない"):
            call_command("ballast", "keep", folder=[Path("/tmp")], size_mb=2**40)
