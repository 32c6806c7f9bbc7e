"""Every column of every model says whether it is sealed; what says so is so."""

from typing import ClassVar

import pytest
from django.apps import apps
from django.db import models
from simple_history.models import registered_models

from privacy.fields import BlindIndex, SealedText
from tests.house.sources import APPS

# Tables that libraries bring, column by column, and why nothing in them is a resident's.
LIBRARIES = {
    "auth.Group": {"id", "name"},  # unused: roles stand in tenancy.permissions
    "auth.Group_permissions": {"id", "group", "permission"},
    "auth.Permission": {"id", "name", "content_type", "codename"},
    "auth.User": set(),  # replaced by tenancy.Staff: no table
    "contenttypes.ContentType": {"id", "app_label", "model"},
    # Values are references and choices, proved by the dump test; a resident's typed contact is
    # sealed before it is put into a session.
    "sessions.Session": {"session_key", "session_data", "expire_date"},
    "account.EmailAddress": {"id", "user", "email", "verified", "primary"},  # unused: no sign-up
    "account.EmailConfirmation": {"id", "email_address", "created", "sent", "key"},  # as above
    # A staff member's second factor; its secret is sealed by privacy's adapter.
    "mfa.Authenticator": {"id", "user", "type", "data", "created_at", "last_used_at"},
}

# A blind index that is made where it is used, because what it finds lies in another row.
INDEX_OF_ANOTHER_ROW = {"notifications.Attempt.recipient_index"}


def ours(model):
    return model.__module__.split(".", 1)[0] in APPS


def declared(model):
    """The sealed and plain names a model declares; a history declares what its noun does."""
    noun = next((one for one in registered_models.values() if _is_history(model, one)), model)
    privacy = noun.__dict__.get("Privacy")
    return None if privacy is None else (set(privacy.sealed), set(privacy.plain))


def _is_history(model, noun):
    return (
        model.__name__ == f"Historical{noun.__name__}"
        and model._meta.app_label == noun._meta.app_label
    )


HISTORY_COLUMNS = {
    "history_id", "history_date", "history_change_reason", "history_type", "history_user",
    "history_relation",
}  # fmt: skip


def faults(model):
    """What a model's declaration leaves open, or says wrongly."""
    said = declared(model)
    if said is None:
        return [f"{model._meta.label}: no class Privacy"]
    sealed, plain = said
    is_history = model.__name__.startswith("Historical")
    columns = {field.name for field in model._meta.concrete_fields}
    if is_history:
        columns -= HISTORY_COLUMNS
        sealed, plain = sealed & columns, plain & columns
    found = [f"{model._meta.label}.{name}: undeclared" for name in columns - sealed - plain]
    found += [f"{model._meta.label}.{name}: no such column" for name in (sealed | plain) - columns]
    found += [f"{model._meta.label}.{name}: both" for name in sealed & plain]
    for name in columns:
        is_sealed = isinstance(model._meta.get_field(name), SealedText | BlindIndex)
        is_sealed = is_sealed or f"{model._meta.label}.{name}" in INDEX_OF_ANOTHER_ROW
        if is_sealed != (name in sealed):
            found.append(f"{model._meta.label}.{name}: {'sealed' if is_sealed else 'plain'} field")
    return found


class TestOurModels:
    @pytest.mark.parametrize("model", [m for m in apps.get_models() if ours(m)], ids=str)
    def test_declare_every_column(self, model):
        assert faults(model) == []

    def test_with_sealed_columns_know_their_id_before_saving(self):
        sealed = [m for m in apps.get_models() if ours(m) and (declared(m) or (set(), 0))[0]]

        assert sealed
        assert [
            m._meta.label
            for m in sealed
            if not m.__name__.startswith("Historical") and m._meta.pk.default is models.NOT_PROVIDED
        ] == []

    def test_a_blind_index_lives_beside_what_it_finds(self):
        for model in apps.get_models():
            names = {field.name for field in model._meta.concrete_fields}
            for field in model._meta.concrete_fields:
                if isinstance(field, BlindIndex):
                    assert set(field.of) <= names, field

    def test_every_fault_is_found(self):
        class Bad(models.Model):  # noqa: DJ008 - never shown
            name = SealedText()
            phone = models.CharField(max_length=20)
            new = models.IntegerField()

            class Meta:
                app_label = "booking"

            class Privacy:
                sealed: ClassVar = {"phone", "gone"}
                plain: ClassVar = {"id", "name"}

        apps.all_models["booking"].pop("bad")
        apps.clear_cache()

        assert sorted(line.split(".", 1)[1] for line in faults(Bad)) == [
            "Bad.gone: no such column", "Bad.name: sealed field", "Bad.new: undeclared",
            "Bad.phone: plain field",
        ]  # fmt: skip


class TestLibraryModels:
    def test_are_listed_column_by_column(self):
        found = {
            model._meta.label: {field.name for field in model._meta.concrete_fields}
            for model in apps.get_models(include_auto_created=True)
            if not ours(model)
        }

        assert found == {label: names for label, names in LIBRARIES.items() if names}
