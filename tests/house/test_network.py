"""No test reaches beyond this machine."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


class TestTheNetwork:
    # An address that the standards keep for documentation: nobody answers there.
    @pytest.mark.parametrize("address", [("192.0.2.1", 80), ("carrier.example", 443)])
    def test_is_not_reached(self, address):
        with socket.socket() as one, pytest.warns(UserWarning, match="connect"):
            with pytest.raises(SocketConnectBlockedError):
                one.connect(address)

    def test_this_machine_is(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            with socket.create_connection(server.getsockname(), timeout=5) as one:
                assert one.getpeername() == server.getsockname()

    def test_a_socket_in_a_folder_is(self, folder):
        path = str(folder / "s")
        with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as one:
            server.bind(path)
            server.listen()
            one.connect(path)
