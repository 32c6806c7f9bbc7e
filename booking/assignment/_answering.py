"""What people answer: accept or decline; moving is that of any reservation (割当てへの返事)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking import reservations
from booking.assignment import _refusals as no
from booking.models import AssignedPlace, AssignmentPlan, Reservation
from privacy import access_log
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues.models import Channel

Answer, Stands = AssignedPlace.Answer, AssignedPlace.State


@dataclass(frozen=True)
class Assigned:
    """What somebody was given, what is left of it, and what was answered."""

    line: AssignedPlace
    held: list[Reservation]

    @property
    def answer(self) -> str:
        """The answer, or what somebody did with the reservation itself."""
        if self.line.answer:
            return self.line.answer
        if not self.held:
            return Answer.DECLINED
        return Answer.MOVED if any(one.version > 1 for one in self.held) else Answer.NONE

    def waits(self, *, at: datetime) -> bool:
        """Whether an answer is still waited for."""
        return self.answer == Answer.NONE and at < self.line.plan.answer_until


def of(*, resident_id: UUID) -> list[Assigned]:
    """Everything that plans have given somebody, the newest first."""
    rows = AssignedPlace.objects.filter(resident_id=resident_id, state=Stands.BOOKED)
    found = rows.select_related("plan").order_by("-plan__approved_at")
    return [Assigned(one, _held(one)) for one in found]


def waiting_of(*, resident_id: UUID, at: datetime) -> list[Assigned]:
    """What somebody should still answer."""
    return [one for one in of(resident_id=resident_id) if one.waits(at=at)]


def accept(
    *, line_id: UUID, resident_id: UUID, call_id: UUID | None = None, by: Staff | None, at: datetime
) -> None:
    """Somebody takes what they were given; again changes nothing. After the time it is refused."""
    with municipality_atomic():
        one = _open(line_id, resident_id)
        if one.answer in {Answer.ACCEPTED, Answer.MOVED}:
            return
        _refuse_late(one, at)
        _answer(one.line, Answer.ACCEPTED, by=by, at=at)
        access_log.record(
            what="assignment_accepted", resident_id=resident_id, call_id=call_id, by=by, at=at
        )


def decline(
    *,
    line_id: UUID,
    resident_id: UUID,
    channel: str = Channel.WEB,
    call_id: UUID | None = None,
    by: Staff | None,
    at: datetime,
) -> None:
    """Give back every place of it, all or none; they go the way of each freed place."""
    with municipality_atomic():
        one = _open(line_id, resident_id)
        if one.answer == Answer.DECLINED:
            return
        _refuse_late(one, at)
        for row in one.held:
            reservations.cancel(
                reservation=row, channel=channel, reason="declined", call_id=call_id, by=by, at=at
            )
        _answer(one.line, Answer.DECLINED, by=by, at=at)


def settle_silence(*, plan: AssignmentPlan, at: datetime, most: int = 200) -> int:
    """After the time to answer: keep or give up what nobody answered, as the plan says; how many.

    One small transaction each; killed, the next run goes on. At the end the plan is done.
    """
    if at < plan.answer_until:
        return 0
    rows = AssignedPlace.objects.filter(plan=plan, state=Stands.BOOKED, answer="")
    found = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    settled = sum(_end(pk, plan, at=at) for pk in found)
    if not found:
        AssignmentPlan.objects.filter(pk=plan.pk, state=AssignmentPlan.State.BOOKED).update(
            state=AssignmentPlan.State.DONE, ended_at=at
        )
    return settled


def _end(pk: UUID, plan: AssignmentPlan, *, at: datetime) -> bool:
    with municipality_atomic():
        rows = AssignedPlace.objects.select_for_update(no_key=True, skip_locked=True)
        line = rows.filter(pk=pk, answer="").first()
        if line is None:
            return False
        one = Assigned(line, _held(line))
        answer = one.answer
        if answer == Answer.NONE and plan.unanswered == "give_up":
            answer = _give_up(one, plan, at=at)
        _answer(line, answer or Answer.KEPT, by=None, at=at)
    return True


def _give_up(one: Assigned, plan: AssignmentPlan, *, at: datetime) -> str:
    """Cancelled and told; what can be cancelled no more is kept."""
    try:
        with municipality_atomic():
            for row in one.held:
                reservations.cancel(
                    reservation=row, channel=Channel.WEB, reason="unanswered",
                    by=plan.approved_by, at=at,
                )  # fmt: skip
    except reservations.Refused:
        return Answer.KEPT
    return Answer.GIVEN_UP


def _open(line_id: UUID, resident_id: UUID) -> Assigned:
    rows = AssignedPlace.objects.select_for_update(no_key=True, of=("self",))
    line = (
        rows.select_related("plan")
        .filter(pk=line_id, resident_id=resident_id, state=Stands.BOOKED)
        .first()
    )
    if line is None:
        raise no.TooLateToAnswer
    return Assigned(line, _held(line))


def _refuse_late(one: Assigned, at: datetime) -> None:
    has_ended = one.line.answer in {Answer.KEPT, Answer.GIVEN_UP, Answer.DECLINED}
    if at >= one.line.plan.answer_until or has_ended or not one.held:
        raise no.TooLateToAnswer


def _answer(line: AssignedPlace, answer: str, *, by: Staff | None, at: datetime) -> None:
    line.answer, line.answered_at, line.answered_by = answer, at, by
    line.save(update_fields=["answer", "answered_at", "answered_by"])


def _held(line: AssignedPlace) -> list[Reservation]:
    found = reservations.of_request(request_key=line.pk, resident_id=line.resident_id)
    return [one for one in found if one.is_live]
