"""The residents' pages of booking."""

from django.urls import path

from booking.views import choose, confirm, contact, done, free, sign_in, start

app_name = "booking"
urlpatterns = [
    path("", start.start, name="start"),
    path("free/", free.free, name="free"),
    path("voucher/", start.voucher_help, name="voucher_help"),
    path("sign-in/", sign_in.to_book, name="sign_in"),
    path("choose/<int:dose_number>/", choose.choose, name="choose"),
    path("choose/<int:dose_number>/take/", choose.take, name="take"),
    path("choose/alone/", choose.go_alone, name="go_alone"),
    path("contact/", contact.contact, name="contact"),
    path("confirm/", confirm.confirm, name="confirm"),
    path("done/", done.done, name="done"),
    path("done/reservation.ics", done.calendar, name="calendar"),
    path("r", sign_in.short_link, name="short_link"),
    path("change/", sign_in.to_change, name="sign_in_to_change"),
    path("finish/", done.finish, name="finish"),
    path("finished/", start.finished, name="finished"),
    path("time-over/", start.time_over, name="time_over"),
]
