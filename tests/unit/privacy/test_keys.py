"""Keys: one pair a municipality, wrapped by a key outside the database; gone means unreadable."""

import base64
import os

import pytest
from django.core.exceptions import ImproperlyConfigured

from privacy import key_file, keys, sealing
from privacy.models import WrappedKey
from tenancy.current import NoMunicipality, serving
from tests import cast

PLACE = {"table": "t", "column": "c", "row": 1}


@pytest.fixture(autouse=True)
def forgetful():
    keys.forget_kept()
    key_file.wrapping_keys.cache_clear()
    yield
    keys.forget_kept()
    key_file.wrapping_keys.cache_clear()


class TestTheKeyRing:
    def test_is_each_municipalitys_own(self, served, tameshi):
        ours = keys.ring()
        with serving(tameshi):
            theirs = keys.ring()

        assert (ours.code, theirs.code) == ("999997", "999989")
        assert ours.index != theirs.index

    def test_is_nobodys_outside(self, stage):
        with pytest.raises(NoMunicipality):
            keys.ring()

    def test_says_nothing_of_itself(self, served):
        assert repr(keys.ring()) == "KeyRing(999997)"

    def test_lies_wrapped_and_differs_by_purpose(self, served):
        rows = {row.purpose: bytes(row.wrapped) for row in WrappedKey.objects.all()}

        assert set(rows) == {"data", "index"}
        assert keys.ring().index not in rows["index"]
        assert rows["data"] != rows["index"]

    def test_is_made_once(self, served):
        before = keys.ring().index
        keys.create()
        keys.forget_kept()

        assert keys.ring().index == before

    def test_cannot_be_swapped_by_purpose(self, served):
        data, index = WrappedKey.objects.order_by("purpose")
        data.wrapped, index.wrapped = index.wrapped, data.wrapped
        data.save()
        index.save()

        with pytest.raises(keys.KeysMissing):
            keys.ring()


class TestKeysAtHand:
    def test_are_not_asked_for_again_inside(self, served, monkeypatch):
        with keys.at_hand():
            keys.forget_kept()
            monkeypatch.setattr(keys, "_open", lambda code: pytest.fail("asked in the middle"))

            assert keys.ring().code == "999997"

    def test_open_nothing_for_another_municipality(self, served, tameshi):
        with keys.at_hand(), serving(tameshi):
            assert keys.ring().code == "999989"


class TestDestroying:
    def test_makes_what_was_sealed_unreadable_for_good(self, served):
        person = cast.resident()
        keys.destroy()
        person = type(person).objects.get(pk=person.pk)

        with pytest.raises(keys.KeysMissing):
            _ = person.name

    def test_cannot_be_undone_by_new_keys(self, served):
        sealed = sealing.seal("見本　太郎", **PLACE)
        keys.destroy()
        keys.create()

        with pytest.raises(sealing.CannotOpen):
            sealing.unseal(sealed, **PLACE)


class TestTheKeyFile:
    def test_missing_is_a_loud_stop(self, served, settings, folder):
        settings.WAKU_KEY_FILE = folder / "nothing"

        with pytest.raises(ImproperlyConfigured, match="WAKU_KEY_FILE"):
            keys.ring()
        assert [problem.id for problem in keys.check_key_file(None)] == ["privacy.E001"]

    @pytest.mark.parametrize("content", ["", "k1:", "k1:not base64!", "k1:" + "QUFB" * 4])
    def test_spoilt_is_a_loud_stop(self, served, settings, folder, content):
        settings.WAKU_KEY_FILE = folder / "key"
        settings.WAKU_KEY_FILE.write_text(content)

        with pytest.raises(ImproperlyConfigured):
            keys.ring()

    def test_of_another_cluster_opens_nothing(self, served, settings, folder):
        settings.WAKU_KEY_FILE = folder / "key"
        other = base64.b64encode(os.urandom(32)).decode()
        settings.WAKU_KEY_FILE.write_text(f"k1:{other}\n")

        with pytest.raises(keys.KeysMissing, match="key file"):
            keys.ring()

    def test_is_for_its_owner_only_and_never_overwritten(self, folder):
        key_file.make(folder / "key")
        before = (folder / "key").read_text()

        assert (folder / "key").stat().st_mode & 0o777 == 0o600
        with pytest.raises(FileExistsError):
            key_file.make(folder / "key")
        assert (folder / "key").read_text() == before
