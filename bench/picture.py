"""Nobody presses for a place that the web does not show yet: the confirm page would not be there."""

import time

from bench.client import Browser, all_at_once
from bench.stage import Stage
from bench.towns import at_home
from venues import availability

PATH = "/free-places.json"
LOOKS, WIDE = 96, 32  # over so many connections, every web process is asked
PATIENCE = 240.0  # on a crowded machine


def shown(stage: Stage) -> None:
    """Announce the places and wait until every web process shows them."""
    stage.alone()
    deadline = time.monotonic() + PATIENCE
    port, host = stage.web(), stage.host()
    while True:
        with at_home(stage.town.code) as at:
            availability.announce(at=at)
            availability.forget_kept()
            text, _etag = availability.free_places_document(at=at)
        looks = all_at_once([text] * LOOKS, _look, port=port, host=host, wide=WIDE)
        if looks.outcomes == {"same": LOOKS}:
            return
        if time.monotonic() > deadline:
            message = f"The web does not show the announced places: {looks.outcomes}"
            raise TimeoutError(message)
        time.sleep(0.2)


async def _look(browser: Browser, wanted: bytes) -> str:
    return "same" if (await browser.get(PATH)).body == wanted else "other"
