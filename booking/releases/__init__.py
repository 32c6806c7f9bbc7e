"""The release plan (放出計画): draft, look through, see as a resident, arm by a second person."""

from booking.releases._arming import NotArmable as NotArmable
from booking.releases._arming import SamePerson as SamePerson
from booking.releases._arming import WarningsNotAccepted as WarningsNotAccepted
from booking.releases._arming import arm as arm
from booking.releases._arming import withdraw as withdraw
from booking.releases._drafting import ChangedMeanwhile as ChangedMeanwhile
from booking.releases._drafting import NotADraft as NotADraft
from booking.releases._drafting import ReleaseRefused as ReleaseRefused
from booking.releases._drafting import change as change
from booking.releases._drafting import copy as copy
from booking.releases._drafting import draft as draft
from booking.releases._drafting import drop as drop
from booking.releases._drafting import drop_row as drop_row
from booking.releases._drafting import keep_row as keep_row
from booking.releases._reading import find as find
from booking.releases._reading import find_row as find_row
from booking.releases._reading import findings as findings
from booking.releases._reading import plans as plans
from booking.releases.preview import preview as preview
