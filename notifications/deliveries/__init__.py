"""Verbs of delivery (送達): carry what is due, end each try, find out what became of the rest."""

from notifications.deliveries._courier import Courier as Courier
from notifications.deliveries._courier import alone as alone
from notifications.deliveries._courier import courier as courier
from notifications.deliveries._courier import deliver_due as deliver_due
from notifications.deliveries._sweep import Swept as Swept
from notifications.deliveries._sweep import sweep as sweep
