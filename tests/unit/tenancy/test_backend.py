"""The thin backend fails loudly where the driver would wait for itself."""

import pytest
from django.db import InterfaceError, connections

from tenancy.models import Standing

pytestmark = pytest.mark.usefixtures("served")


class TestAStatementInTheMiddleOfACopy:
    def test_is_refused_instead_of_waiting_for_ever(self):
        with (
            pytest.raises(InterfaceError, match="COPY"),
            connections["default"].cursor() as cursor,
            cursor.copy("COPY tenancy_standing TO STDOUT") as copy,
        ):
            Standing.objects.exists()
            copy.read()

    def test_is_answered_after_it(self):
        with connections["default"].cursor() as cursor:
            with cursor.copy("COPY tenancy_standing TO STDOUT") as copy:
                list(copy)
            assert isinstance(Standing.objects.count(), int)
