"""A carrier and a mail server of our own, for the demo, the tests and the benchmarks.

They answer on the loopback address only, speak the real protocols (Twilio's Messages
resource with signed status callbacks, SMTP), keep what they received, and misbehave
on request. The product never imports this package.
"""

from simulator.behaviour import Behaviour, Creation
from simulator.carrier import Carrier
from simulator.mail import MailBehaviour, Mailroom
from simulator.running import Running, running

__all__ = [
    "Behaviour",
    "Carrier",
    "Creation",
    "MailBehaviour",
    "Mailroom",
    "Running",
    "running",
]
