"""The residents' pages of booking."""

from django.urls import path, register_converter

from booking.dose_addresses import DoseConverter
from booking.views import (
    cancel,
    change_contact,
    choose,
    confirm,
    contact,
    done,
    free,
    leftovers,
    lost_number,
    lottery,
    mine,
    move,
    offers,
    programme,
    sign_in,
    start,
    together,
    together_confirm,
    waiting,
)

register_converter(DoseConverter, "dose")

app_name = "booking"
urlpatterns = [
    path("", start.start, name="start"),
    path("free/", free.free, name="free"),
    path("voucher/", start.voucher_help, name="voucher_help"),
    path("sign-in/", sign_in.to_book, name="sign_in"),
    path("programme/", programme.programme, name="programme"),
    path("choose/<int:dose_number>/", choose.choose, name="choose"),
    path("choose/<int:dose_number>/take/", choose.take, name="take"),
    path("choose/alone/", choose.go_alone, name="go_alone"),
    path("contact/", contact.contact, name="contact"),
    path("confirm/", confirm.confirm, name="confirm"),
    path("confirm/keep/", confirm.keep, name="keep"),
    path("done/", done.done, name="done"),
    path("done/reservation.ics", done.calendar, name="calendar"),
    path("r", sign_in.short_link, name="short_link"),
    path("change/", sign_in.to_change, name="sign_in_to_change"),
    path("change/code/", lost_number.ask, name="lost_number"),
    path("change/code/enter/", lost_number.enter, name="lost_number_code"),
    path("mine/", mine.mine, name="mine"),
    path("mine/reservation.ics", mine.calendar, name="my_calendar"),
    path("mine/<dose:dose_number>/move/", move.choose, name="move"),
    path("mine/<dose:dose_number>/move/take/", move.take, name="move_take"),
    path("mine/<dose:dose_number>/move/confirm/", move.confirm, name="move_confirm"),
    path("mine/<dose:dose_number>/move/keep/", move.keep, name="move_keep"),
    path("mine/<dose:dose_number>/instead/<int:cancelled>/", move.choose, name="move_instead"),
    path(
        "mine/<dose:dose_number>/instead/<int:cancelled>/take/", move.take, name="move_take_instead"
    ),
    path(
        "mine/<dose:dose_number>/instead/<int:cancelled>/confirm/",
        move.confirm,
        name="move_confirm_instead",
    ),
    path(
        "mine/<dose:dose_number>/instead/<int:cancelled>/keep/", move.keep, name="move_keep_instead"
    ),
    path("mine/<dose:dose_number>/cancel/", cancel.cancel, name="cancel"),
    path("mine/contact/", change_contact.change, name="change_contact"),
    path("mine/contact/code/", change_contact.code, name="contact_code"),
    path("waiting/", waiting.show, name="waiting"),
    path("waiting/sign-in/", sign_in.to_wait, name="sign_in_to_wait"),
    path("waiting/<dose:dose_number>/", waiting.join, name="join_waiting"),
    path("waiting/<dose:dose_number>/leave/", waiting.leave, name="leave_waiting"),
    path("waiting/<dose:dose_number>/resume/", waiting.resume, name="resume_waiting"),
    path("lottery/", lottery.lotteries, name="lotteries"),
    path("lottery/<uuid:pk>/", lottery.application, name="lottery"),
    path("lottery/<uuid:pk>/withdraw/", lottery.withdraw, name="withdraw_lottery"),
    path("w/<str:token>", offers.show, name="offer"),
    path("w/<str:token>/answer/", offers.answer, name="answer_offer"),
    path("n/<str:token>", leftovers.show, name="leftover"),
    path("n/<str:token>/answer/", leftovers.answer, name="answer_leftover"),
    path("together/", together.enter, name="together"),
    path("together/choose/<int:dose_number>/", together.choose, name="together_choose"),
    path("together/choose/<int:dose_number>/take/", together.take, name="together_take"),
    path("together/alone/", together.go_alone, name="together_alone"),
    path("together/contact/", together.contact, name="together_contact"),
    path("together/confirm/", together_confirm.confirm, name="together_confirm"),
    path("together/confirm/keep/", together_confirm.keep, name="together_keep"),
    path("together/done/", together_confirm.done, name="together_done"),
    path("finish/", done.finish, name="finish"),
    path("finished/", start.finished, name="finished"),
    path("time-over/", start.time_over, name="time_over"),
]
