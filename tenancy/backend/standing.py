"""Whether a connection that waited in the pool is still good: almost for nothing.

A server that restarts, or ends a session, says so: the socket of an idle connection has something
to read then. Only such a connection is asked; all others cost one look at the socket.
"""

from select import POLLIN, poll

from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool


def stands(connection: "Connection[object]") -> bool:
    """Whether the server is still at the other end, as far as this side has been told."""
    if connection.closed:
        return False
    ears = poll()
    ears.register(connection.fileno(), POLLIN)
    if not ears.poll(0):
        return True
    try:
        ConnectionPool.check_connection(connection)  # a notice is harmless, a farewell fails
    except OperationalError:
        return False
    return not connection.closed
