"""Question: is each promise kept at most once and with an end in sight (不変条件)?"""

from typing import Final

from django.db import connections

from tenancy.current import current

COUNTED: Final = {
    "I5 accepted twice": """
        SELECT count(*) FROM (
            SELECT 1 FROM notifications_attempt WHERE result = 'accepted'
            GROUP BY message_id HAVING count(*) > 1) twice
    """,
    "I5 promised twice": """
        SELECT count(*) FROM (
            SELECT 1 FROM notifications_message
            GROUP BY reference, kind, version, carrier HAVING count(*) > 1) twice
    """,
    "I6 accepted without a try": """
        SELECT count(*) FROM notifications_message m
        WHERE m.state IN ('accepted', 'sent', 'delivered') AND NOT EXISTS (
            SELECT 1 FROM notifications_attempt a
            WHERE a.message_id = m.id AND a.result = 'accepted')
    """,
    "I6 sending without a try": """
        SELECT count(*) FROM notifications_message m WHERE m.state = 'sending' AND NOT EXISTS (
            SELECT 1 FROM notifications_attempt a
            WHERE a.message_id = m.id AND a.result = 'sending')
    """,
    "I6 tried but pending": """
        SELECT count(*) FROM notifications_message m WHERE m.state = 'pending' AND EXISTS (
            SELECT 1 FROM notifications_attempt a
            WHERE a.message_id = m.id AND a.result IN ('sending', 'accepted', 'unknown'))
    """,
}


def broken() -> list[str]:
    """Every invariant that does not hold for the municipality being served, with its count."""
    found = []
    with connections[current().database].cursor() as cursor:
        for name, statement in COUNTED.items():
            cursor.execute(statement)
            (count,) = cursor.fetchone()
            if count:
                found.append(f"{name}: {count}")
    return found
