from tests import carrying

answering, here, carrier, sender = (
    carrying.answering,
    carrying.here,
    carrying.carrier,
    carrying.sender,
)
