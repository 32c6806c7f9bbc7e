"""The staff host's pages of the call centre."""

from django.urls import path

from callcentre.views import (
    board,
    calls,
    claims,
    consoles,
    desk,
    keeping,
    looks,
    parties,
    places,
    waiting,
    ward_requests,
    watch_marks,
)

app_name = "callcentre"
urlpatterns = [
    path("", desk.show, name="desk"),
    path("places.json", places.show, name="places"),
    path("here/", consoles.here, name="here"),
    path("take/", consoles.take, name="take"),
    path("state/", calls.change_state, name="state"),
    path("lease/", calls.heartbeat, name="heartbeat"),
    path("calls/start/", calls.start, name="start"),
    path("calls/wrap-up/", calls.wrap_up, name="wrap_up"),
    path("calls/end/", calls.end, name="end"),
    path("find/", parties.find, name="find"),
    path("parties/<uuid:party_id>/answer/", parties.answer, name="answer"),
    path("parties/<uuid:party_id>/speaker/", parties.speak, name="speak"),
    path("parties/<uuid:party_id>/ring-back/", parties.ring_back, name="ring_back"),
    path("parties/<uuid:party_id>/approve/", parties.approve, name="approve"),
    path("parties/<uuid:party_id>/let-see/", parties.let_see, name="let_see"),
    path("parties/<uuid:party_id>/take-over/", parties.take_over, name="take_over"),
    path("parties/<uuid:party_id>/hold/", keeping.hold, name="hold"),
    path("parties/<uuid:party_id>/hold/extend/", keeping.extend, name="extend_hold"),
    path("parties/<uuid:party_id>/hold/let-go/", keeping.let_go, name="let_go"),
    path("parties/<uuid:party_id>/claim/", claims.claim, name="claim"),
    path("parties/<uuid:party_id>/move/", claims.move, name="move"),
    path("parties/<uuid:party_id>/cancel/", claims.cancel, name="cancel"),
    path(
        "parties/<uuid:party_id>/offers/<uuid:offer_id>/", claims.answer_offer, name="answer_offer"
    ),
    path("parties/<uuid:party_id>/waiting/", waiting.join, name="join_waiting"),
    path("parties/<uuid:party_id>/waiting/leave/", waiting.leave, name="leave_waiting"),
    path("parties/<uuid:party_id>/contact/", claims.contact, name="contact"),
    path("calls/outbound/<uuid:message_id>/", calls.start_outbound, name="start_outbound"),
    path("board/", board.show, name="board"),
    path("board/now/", board.now, name="board_now"),
    path("board/checks/<uuid:party_id>/", board.escalated, name="escalated"),
    path("board/records/<uuid:party_id>/", board.unopened, name="unopened"),
    path("watch-marks/", watch_marks.show, name="watch_marks"),
    path("watch-marks/<uuid:mark_id>/lift/", watch_marks.lift, name="lift_watch_mark"),
    path("look/", looks.look, name="look"),
    path("notes/", looks.review, name="notes"),
    path("notes/<uuid:note_id>/shred/", looks.shred, name="shred_note"),
    path("ward-requests/ask/", ward_requests.ask, name="ask_ward"),
    path("ward-requests/", ward_requests.show, name="ward_requests"),
    path("ward-requests/<uuid:request_id>/close/", ward_requests.close, name="close_ward_request"),
]
