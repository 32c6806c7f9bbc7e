"""python -m simulator --port 8025 --mail-port 2525 --account AC…:token"""

import argparse
import asyncio
import signal
import ssl
import sys

from simulator.carrier import Carrier
from simulator.mail import Mailroom
from simulator.running import answering


def main() -> int:
    """Answer until told to stop."""
    given = _arguments()
    carrier = Carrier(accounts=dict(given.account), callback_origin=given.callback_origin)
    try:
        asyncio.run(_serve(carrier, given))
    except OSError as taken:
        sys.stderr.write(f"cannot answer there: {taken}\n")
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulator", description="Carrier and mail server.")
    parser.add_argument("--port", type=int, default=0, help="of the carrier and its pages")
    parser.add_argument("--mail-port", type=int, default=0, help="of the SMTP server")
    parser.add_argument(
        "--account", type=_account, action="append", default=[], help="SID:TOKEN, repeatable"
    )
    parser.add_argument(
        "--callback-origin", help="where callbacks are really answered, whatever their host"
    )
    parser.add_argument("--certificate", help="PEM; mail is then taken under STARTTLS only")
    parser.add_argument("--certificate-key", help="its private key")
    return parser.parse_args()


def _account(given: str) -> tuple[str, str]:
    sid, _, token = given.partition(":")
    if not (sid.startswith("AC") and token):
        raise argparse.ArgumentTypeError("SID:TOKEN is wanted")
    return sid, token


async def _serve(carrier: Carrier, given: argparse.Namespace) -> None:
    tls = None
    if given.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(given.certificate, given.certificate_key)
    stop = asyncio.Event()
    for told in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(told, stop.set)
    async with answering(
        carrier=carrier, mailroom=Mailroom(), port=given.port, mail_port=given.mail_port, tls=tls
    ) as here:
        sys.stdout.write(f"carrier {here.url} mail 127.0.0.1:{here.mail_port}\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
