import pytest

from notifications import message_templates, wording, words
from notifications.message_templates import ChangedMeanwhile
from notifications.models import Carrier, Kind, MessageTemplate
from notifications.sms_length import measure
from notifications.standard_words import LANGUAGES, standard
from notifications.wording import NotSayable
from tests import cast
from tests.carrying import NOON

VALUES = {
    "municipality": "見本市",
    "date": "7月1日(水)",
    "day": "明日",
    "time": "10:30",
    "venue": "見本市民体育館",
    "link": "https://yoyaku.mihon.example/r",
    "code": "123456",
    "until": "7/1 10:30",
}
GOOD = "【{municipality}】{date}{time} {venue}で待っています。{link}"
EVERY = [(k, c, la) for k in Kind for c in (Carrier.SMS, Carrier.MAIL) for la in LANGUAGES]


class TestStandardWords:
    @pytest.mark.parametrize(("kind", "carrier", "language"), EVERY)
    def test_say_only_what_a_message_may_say(self, kind, carrier, language):
        subject, text = standard(kind=kind, carrier=carrier, language=language)

        draft = words.draft(kind=kind, carrier=carrier, subject=subject, text=text)

        assert wording.problems(draft) == []

    @pytest.mark.parametrize("kind", [k for k in Kind if k is not Kind.CODE])
    def test_fit_in_one_or_two_segments(self, served, kind):
        for language in LANGUAGES:
            found = words.finished(kind=kind, carrier=Carrier.SMS, language=language, values=VALUES)
            assert measure(found.body).segments <= 2
            assert "{" not in found.body

    def test_are_japanese_for_a_language_without_its_own(self, served):
        found = words.finished(
            kind=Kind.CONFIRMED, carrier=Carrier.SMS, language="vi", values=VALUES
        )

        assert "予約を受け付けました" in found.body
        assert found.version == 0


class TestPublishing:
    def publish(self, text=GOOD, based_on=0, subject="", carrier=Carrier.SMS, by=None):
        of = message_templates.in_force(kind=Kind.CONFIRMED, carrier=carrier, language="ja")
        return message_templates.publish(
            of=of,
            based_on=based_on,
            subject=subject,
            text=text,
            reason="言い方をやさしくする",
            by=by or cast.staff("ward_officer"),
            at=NOON,
        )

    def test_puts_new_words_in_force_and_keeps_the_old(self, served):
        officer = cast.staff("ward_officer")
        self.publish(by=officer)
        words.forget_kept()
        self.publish("【{municipality}】{date} {time} {venue} {link}", based_on=1)
        words.forget_kept()

        found = words.finished(
            kind=Kind.CONFIRMED, carrier=Carrier.SMS, language="ja", values=VALUES
        )

        assert found.version == 2
        assert found.body.startswith("【見本市】7月1日(水) 10:30 見本市民体育館")
        kept = message_templates.versions(kind="confirmed", carrier="sms", language="ja")
        assert [(row.version, row.text) for row in kept][1] == (1, GOOD)
        assert kept[1].made_by == officer

    def test_refuses_what_an_sms_may_not_say(self, served):
        with pytest.raises(NotSayable) as refusal:
            self.publish("【{municipality}】{name}様 03-1234-5678")

        assert len(refusal.value.problems) == 4
        assert not MessageTemplate.objects.exists()

    def test_refuses_to_overwrite_what_another_officer_has_just_made(self, served):
        self.publish()

        with pytest.raises(ChangedMeanwhile):
            self.publish(based_on=0)

    def test_refuses_a_race_by_constraint(self, served):
        of = message_templates.in_force(kind=Kind.CONFIRMED, carrier="sms", language="ja")
        self.publish()

        with pytest.raises(ChangedMeanwhile):
            message_templates.publish(
                of=of,
                based_on=0,
                subject="",
                text=GOOD,
                reason="競争",
                by=cast.staff("ward_officer"),
                at=NOON,
            )

    def test_stays_in_its_municipality(self, served, tameshi):
        from tenancy.current import serving

        self.publish()

        with serving(tameshi):
            found = message_templates.in_force(kind="confirmed", carrier="sms", language="ja")
            assert found.version == 0
