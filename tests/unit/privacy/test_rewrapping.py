"""The key file is exchanged: what was sealed stays readable, and the former key opens nothing."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from privacy import key_file, keys, rewrapping, sealing
from privacy.models import AccessEntry, WrappedKey
from tenancy.current import serving

PLACE = {"table": "t", "column": "c", "row": 1}


@pytest.fixture(autouse=True)
def forgetful():
    forget()
    yield
    forget()


def forget():
    keys.forget_kept()
    key_file.wrapping_keys.cache_clear()


@pytest.fixture
def use(settings):
    def use(path):
        settings.WAKU_KEY_FILE = path
        forget()

    return use


@pytest.fixture
def exchanged(settings, tmp_path, use):
    """A new key above the former one, as the ceremony puts it; the file with the new one alone."""
    key_file.make(tmp_path / "both", before=settings.WAKU_KEY_FILE)
    use(tmp_path / "both")
    (tmp_path / "alone").write_text((tmp_path / "both").read_text().splitlines()[0] + "\n")
    return tmp_path / "alone"


def rows():
    return {row.purpose: bytes(row.wrapped) for row in WrappedKey.objects.all()}


def run(*words):
    said = io.StringIO()
    call_command("rewrap_keys", *words, stdout=said)
    return said.getvalue()


class TestTheFile:
    def test_with_both_opens_what_either_wrapped(self, served, exchanged):
        sealed = sealing.seal("見本　太郎", **PLACE)

        assert sealing.unseal(sealed, **PLACE) == "見本　太郎"
        assert len(exchanged.with_name("both").read_text().splitlines()) == 2
        assert exchanged.with_name("both").stat().st_mode & 0o777 == 0o600

    def test_names_its_keys_apart(self, tmp_path):
        key_file.make(tmp_path / "one")
        key_file.make(tmp_path / "two", before=tmp_path / "one")
        names = [line.partition(":")[0] for line in (tmp_path / "two").read_text().splitlines()]

        assert len(set(names)) == 2
        assert all(len(name) <= 20 for name in names)

    @pytest.mark.parametrize("spoil", [lambda line: line * 2, lambda line: line + "k2:QUFB\n"])
    def test_with_the_same_key_twice_or_a_spoilt_line_is_a_loud_stop(
        self, served, tmp_path, use, spoil
    ):
        key_file.make(tmp_path / "one")
        (tmp_path / "one").write_text(spoil((tmp_path / "one").read_text()))
        use(tmp_path / "one")

        assert [problem.id for problem in keys.check_key_file(None)] == ["privacy.E001"]


class TestRewrapping:
    def test_leaves_everything_readable_by_the_new_key_alone(self, served, exchanged, use):
        sealed = sealing.seal("見本　太郎", **PLACE)
        prints = keys.fingerprints()
        done = rewrapping.rewrap(at=timezone.now())
        use(exchanged)

        assert (done.done, done.already) == (2, 0)
        assert sealing.unseal(sealed, **PLACE) == "見本　太郎"
        assert keys.fingerprints() == prints
        assert AccessEntry.objects.get(what="rewrap_keys").count == 2

    def test_left_out_the_new_key_alone_opens_nothing(self, served, exchanged, use):
        use(exchanged)

        with pytest.raises(keys.KeysMissing, match="key file"):
            keys.ring()

    def test_the_former_key_opens_nothing_any_more(self, served, exchanged, settings, use):
        former = exchanged.with_name("former")
        former.write_text(exchanged.with_name("both").read_text().splitlines()[1] + "\n")
        rewrapping.rewrap(at=timezone.now())
        use(former)

        with pytest.raises(keys.KeysMissing):
            keys.ring()

    def test_done_again_changes_nothing(self, served, exchanged):
        rewrapping.rewrap(at=timezone.now())
        before = rows()
        done = rewrapping.rewrap(at=timezone.now())

        assert (done.done, done.already) == (0, 2)
        assert rows() == before
        assert AccessEntry.objects.filter(what="rewrap_keys").count() == 1

    def test_broken_off_in_the_middle_leaves_the_municipality_as_it_was(
        self, served, exchanged, monkeypatch
    ):
        before, save = rows(), WrappedKey.save

        def break_off(row, **kwargs):
            if row.purpose == "index":
                raise KeyboardInterrupt
            save(row, **kwargs)

        monkeypatch.setattr(WrappedKey, "save", break_off)
        with pytest.raises(KeyboardInterrupt):
            rewrapping.rewrap(at=timezone.now())

        assert rows() == before

    def test_believes_the_key_and_not_its_name(self, served, exchanged):
        WrappedKey.objects.update(wrapping_key=key_file.wrapping_keys()[0].name)

        assert rewrapping.former() == 2
        assert rewrapping.rewrap(at=timezone.now()).done == 2

    def test_of_what_no_key_opens_changes_nothing(self, served, exchanged, tmp_path, use):
        before = rows()
        key_file.make(tmp_path / "strange")
        use(tmp_path / "strange")

        with pytest.raises(keys.KeysMissing):
            rewrapping.rewrap(at=timezone.now())
        assert rows() == before


class TestTheCommand:
    def test_goes_on_where_it_was_killed(self, served, tameshi, exchanged):
        rewrapping.rewrap(at=timezone.now())  # one was done before the kill
        with pytest.raises(CommandError, match=tameshi.code):
            run("--check")
        said = run()

        assert f"{served} 包み直し 0、済み 2" in said
        assert f"{tameshi} 包み直し 2、済み 0" in said
        assert "すべて一行目の鍵で開きます。" in run("--check")

    def test_one_that_cannot_be_opened_holds_up_nobody_and_is_named(
        self, served, tameshi, exchanged
    ):
        with serving(tameshi):
            WrappedKey.objects.update(wrapped=b"spoilt" * 10)
        with pytest.raises(CommandError, match=tameshi.code):
            run()

        assert rewrapping.former() == 0

    def test_of_an_unknown_municipality_is_refused(self, served, exchanged):
        with pytest.raises(CommandError, match="no such municipality"):
            run("--only", "000000")
