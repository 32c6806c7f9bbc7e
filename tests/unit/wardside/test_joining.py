"""個人番号 joined on the host: nothing beside the one output, and the platform refuses that whole."""

from datetime import date

import pytest

from booking.models import Resident
from exchange import intake, parcels, sealing, spool
from exchange.layouts import TARGET_LIST
from tests import cast
from tests.unit.exchange.conftest import PASSWORD
from tests.unit.wardside.conftest import CODE, names, person
from wardside import folders, joining, layouts, numbers, outputs


def national(at):
    """A number of nobody with the right check digit."""
    eleven = f"{90000000000 + at}"
    return next(
        f"{eleven}{digit}" for digit in range(10) if numbers.is_national(f"{eleven}{digit}")
    )


@pytest.fixture
def host(tmp_path):
    folder = tmp_path / "host"
    folder.mkdir()
    return folder


@pytest.fixture
def registration(run, ledger, out):
    """The registration file of some people."""

    def make(count=5):
        people = [person(at) for at in range(count)]
        ran = run(
            "vrs-registration", "--ledger", ledger(people), "--encoding", "cp932",
            "--municipality", CODE, "--out", out, "--write",
        )  # fmt: skip
        assert ran.exit == 0
        assert "確かめられていません" in ran.out
        (path,) = out.iterdir()
        return path

    return make


@pytest.fixture
def listed(tmp_path):
    """The host's list of numbers."""

    def make(lines, header='"宛名番号","個人番号"'):
        path = tmp_path / "numbers.csv"
        path.write_bytes("\r\n".join([header, *lines, ""]).encode("cp932"))
        return path

    return make


def pairs(count):
    return [f'"{at:08}","{national(at)}"' for at in range(count)]


@pytest.fixture
def join(run, host):
    def join(path, numbers_path, *words, to=None, **options):
        return run(
            "join-number", "--registration", path, "--encoding", "utf-8", "--numbers",
            numbers_path, "--numbers-encoding", "cp932", "--out", to or host, *words, **options,
        )  # fmt: skip

    return join


class TestRegistration:
    def test_holds_the_agreed_items_and_no_number(self, registration):
        lines = registration().read_text("utf-8-sig").splitlines()

        assert lines[0].split(",") == [
            f'"{one}"' for one in layouts.load("vrs_registration").headers
        ]
        assert lines[1] == '"00000000","","見本　太郎","19300401","1","0","999997","9990000000"'

    def test_a_layout_is_data(self, run, ledger, out, tmp_path):
        layout = tmp_path / "real.json"
        layout.write_text(
            '{"id":"REG","version":2,"title":{"ja":"x","en":"x"},"source":"ward","marked":true,'
            '"header":false,"columns":[{"field":"voucher_number","header":"券番号","kind":"digits",'
            '"digits":10},{"field":"register_key","header":"宛名番号","kind":"text"},'
            '{"field":"national_number","header":"番号","kind":"digits","required":false}]}',
            "utf-8",
        )
        ran = run(
            "vrs-registration", "--ledger", ledger([person(1)]), "--encoding", "cp932",
            "--municipality", CODE, "--layout", layout, "--out", out, "--write",
        )  # fmt: skip

        assert ran.exit == 0
        assert "確かめられていません" not in ran.out
        assert next(out.iterdir()).read_bytes() == b'\xef\xbb\xbf"9990000001","00000001",""\r\n'


class TestJoin:
    def test_dry_run_writes_nothing(self, join, registration, listed, host):
        ran = join(registration(), listed(pairs(5)))

        assert ran.exit == 0
        assert "付番 5 人" in ran.out
        assert names(host) == []

    def test_puts_each_number_beside_its_person(self, join, registration, listed, host, tmp_path):
        path, numbers_path = registration(), listed(pairs(5))
        before = names(tmp_path)
        ran = join(path, numbers_path, "--write")

        assert ran.exit == 0
        (made,) = host.iterdir()
        mark, header, *rows = made.read_text("utf-8-sig").splitlines()
        assert mark == f'"{joining.MARK}"'
        assert "個人番号" in header
        assert [row.split(",")[1] for row in rows] == [f'"{national(at)}"' for at in range(5)]
        assert names(tmp_path) == sorted([*before, made.name])
        assert made.stat().st_mode & 0o777 == 0o600
        assert not any(national(at) in ran.said for at in range(5))

    def test_whoever_has_none_is_told_by_row(self, join, registration, listed, host):
        ran = join(registration(), listed(pairs(4)), "--write")

        assert ran.exit == 1
        assert "6行目 宛名番号 E08" in ran.out
        assert next(host.iterdir()).read_text("utf-8-sig").splitlines()[-1].split(",")[1] == '""'

    @pytest.mark.parametrize(
        "wrong", ['"00000001","123456789012"', '"","900000000000"', '"00000000","x"', '"1"']
    )
    def test_errors_in_the_numbers_stop_everything(self, join, registration, listed, host, wrong):
        ran = join(registration(), listed([*pairs(2), wrong]), "--write")

        assert ran.exit == 3
        assert "4行目" in ran.said
        assert "123456789012" not in ran.said
        assert names(host) == []

    def test_a_full_disk_half_way_leaves_no_copy(
        self, join, registration, listed, host, tmp_path, monkeypatch
    ):
        path, numbers_path = registration(), listed(pairs(5))
        before = names(tmp_path)

        def full(lines, **_):
            next(lines)
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(joining, "write", full)
        ran = join(path, numbers_path, "--write")

        assert ran.exit == 4
        assert names(tmp_path) == before

    def test_a_draft_of_a_killed_run_is_told(self, join, registration, listed, host):
        (host / ".wardside-0123456789abcdef.part").write_bytes(b"x")
        ran = join(registration(), listed(pairs(5)), "--write")

        assert ran.exit == 4
        assert "書きかけ" in ran.err

    def test_a_layout_without_a_mark_is_refused(self, join, registration, listed, tmp_path):
        layout = tmp_path / "hidden.json"
        layout.write_text(
            '{"id":"REG","version":1,"title":{"ja":"x","en":"x"},"source":"ward","columns":['
            '{"field":"register_key","header":"番号","kind":"text"},'
            '{"field":"national_number","header":"数字","kind":"digits","required":false}]}',
            "utf-8",
        )
        assert join(registration(), listed(pairs(5)), "--layout", layout).exit == 3


class TestFolders:
    @pytest.mark.parametrize(
        "name",
        ["OneDrive", "OneDrive - 見本市", "Dropbox (区)", "Google Drive", "waku", "マイドライブ"],
    )
    def test_known_names_are_refused(self, join, registration, listed, tmp_path, name):
        folder = tmp_path / name / "deep"
        folder.mkdir(parents=True)
        ran = join(registration(), listed(pairs(5)), "--write", to=folder)

        assert ran.exit == 4
        assert names(folder) == []

    @pytest.mark.parametrize("mark", [folders.MARKER, ".stfolder", ".dropbox"])
    def test_marked_folders_are_refused_and_what_lies_in_them(
        self, join, registration, listed, tmp_path, mark
    ):
        folder = tmp_path / "carried" / "deep"
        folder.mkdir(parents=True)
        (tmp_path / "carried" / mark).touch()

        assert join(registration(), listed(pairs(5)), "--write", to=folder).exit == 4
        assert names(folder) == []

    def test_listed_folders_are_refused_also_through_a_link(
        self, join, registration, listed, tmp_path, monkeypatch
    ):
        folder = tmp_path / "送り箱"
        folder.mkdir()
        link = tmp_path / "link"
        link.symlink_to(folder)
        told = tmp_path / "list.txt"
        told.write_text(f"# 写される\n{folder}\n", "utf-8")
        path, numbers_path = registration(), listed(pairs(5))

        assert join(path, numbers_path, "--synced-list", told, to=link).exit == 4
        monkeypatch.setenv(folders.LIST_VARIABLE, str(told))
        assert join(path, numbers_path, to=folder).exit == 4
        assert join(path, numbers_path).exit == 0

    def test_a_list_that_cannot_be_read_refuses(self, join, registration, listed, tmp_path):
        ran = join(registration(), listed(pairs(5)), "--synced-list", tmp_path / "none.txt")

        assert ran.exit == 4


class TestTheGuardsAreNeeded:
    """Each guard taken away: what it holds back then happens."""

    def test_without_the_look_at_folders_it_is_written_where_it_is_carried_off(
        self, join, registration, listed, tmp_path, monkeypatch
    ):
        folder = tmp_path / "OneDrive"
        folder.mkdir()
        monkeypatch.setattr(folders, "refuse_synced", lambda *_, **__: None)

        assert join(registration(), listed(pairs(5)), "--write", to=folder).exit == 0
        assert len(names(folder)) == 1

    def test_without_the_draft_a_full_disk_leaves_a_copy(
        self, join, registration, listed, host, monkeypatch
    ):
        path, numbers_path = registration(), listed(pairs(5))

        def full(lines, *, to, **_):
            to.write(next(lines).encode())
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(joining, "write", full)
        monkeypatch.setattr(
            outputs.Outputs, "drop", lambda made: [one.close() for _, _, one in made._drafts]
        )

        assert join(path, numbers_path, "--write").exit == 4
        assert len(names(host)) == 1


class TestThePlatform:
    """What leaves the host never enters: in the open, sealed, sealed under our own cover."""

    @pytest.fixture
    def made(self, join, registration, listed, host):
        assert join(registration(), listed(pairs(5)), "--write").exit == 0
        return next(host.iterdir())

    def test_refuses_it_in_the_open(self, here, made):
        with pytest.raises(spool.OpenFile):
            spool.keep([made.read_bytes()])
        assert spool.names() == []

    @pytest.mark.parametrize("dressed", ["as it is", "without the mark", "as a target list"])
    def test_refuses_it_sealed_and_keeps_nothing(
        self,
        here,
        officers,
        made,
        tmp_path,
        dressed,
        run,
    ):
        content = made.read_bytes()
        if dressed != "as it is":
            content = content.split(b"\r\n", 1)[1]
        if dressed == "as a target list":
            header = ",".join(TARGET_LIST.headers)
            filled = f"1,999997,9990000001,,見本 {national(1)},1950-04-01,1,,ダミー,0,1"
            content = f"{header}\r\n{filled}\r\n".encode()
        path = tmp_path / "sealed.zip"
        sealing.seal_like_a_clerk(
            chunks=[content], name="TGT.csv", to=path, password=PASSWORD, at=cast.NOW
        )
        parcel = intake.receive(
            spooled=spool.keep([path.read_bytes()]),
            declared=intake.Declared(
                base_date=date(2026, 5, 1), rows=5, encoding="utf-8", is_dummy=True
            ),
            by=officers[0],
            at=cast.NOW,
        )
        intake.unlock(parcel=parcel, password=PASSWORD, by=officers[1], at=cast.NOW)
        intake.check(parcel_id=parcel.pk, at=cast.NOW)
        parcel.refresh_from_db()

        assert parcel.state == "refused"
        assert [one.code for one in parcels.problems(parcel)] == ["E11"]
        assert spool.names() == []
        assert not Resident.objects.exists()
        kept = (
            parcel.closing_words
            + str(vars(parcel))
            + str([vars(one) for one in parcels.problems(parcel)])
        )
        assert not any(national(at) in kept for at in range(5))

    def test_neither_do_our_own_commands_take_it(self, run, made, out, notice):
        ran = run(
            "targets", "--ledger", made, "--encoding", "utf-8", "--municipality", CODE,
            "--base-date", "2026-05-01", "--out", out, "--notice", notice, "--write",
        )  # fmt: skip

        assert ran.exit == 3
        assert names(notice) == []
