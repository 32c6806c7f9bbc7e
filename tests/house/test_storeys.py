"""Dependencies run one way, downstairs: also those that import-linter cannot see."""

import re

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.sources import APPS, ROOT, Source, assert_none, may_know, storey, templates

EXTENDS = re.compile(r"\{%\s*(?:extends|include)\s+[\"']([^\"']+)[\"']")
URL = re.compile(r"\{%\s*url\s+[\"']([^\"']+)[\"']")
STATIC = re.compile(r"\{%\s*static\s+[\"']([^\"'/]+)/")
LIBRARYS_PAGES = (
    "account_",
    "mfa_",
    "usersessions_",
)  # allauth's own names, whoever serves them here
URLCONFS = ("config.urls_resident", "config.urls_staff", "config.urls_hooks")


def app_of(model):
    """The app of ours a model belongs to; None for a library's."""
    top = model.__module__.split(".", 1)[0]
    return top if top in APPS else None


def foreign_keys():
    """(model, field, its app, the app it points at) of every relation between our models."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model:
                ours, theirs = app_of(model), app_of(field.related_model)
                if ours and theirs:
                    yield model._meta.label, field.name, ours, theirs


def upstairs(relations):
    return [
        f"{model}.{name}: {ours} knows {theirs}"
        for model, name, ours, theirs in relations
        if not may_know(ours, theirs)
    ]


def homes(kind):
    """Which app a template or a folder of static files lies in."""
    found = {}
    for app in APPS:
        for path in (ROOT / app / kind).rglob("*") if (ROOT / app / kind).exists() else ():
            if path.is_file():
                found[str(path.relative_to(ROOT / app / kind))] = app
    return found


def pages(patterns, namespace=""):
    """(url name, app of the view) of every page."""
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from pages(one.url_patterns, inner)
        elif isinstance(one, URLPattern) and one.name:
            yield namespace + one.name, one.callback.__module__.split(".", 1)[0]


@pytest.fixture(scope="module")
def page_homes():
    found = {}
    for urlconf in URLCONFS:
        for name, app in pages(get_resolver(urlconf).url_patterns):
            found.setdefault(name, set()).add(app)
    return found


def named_upstairs(source, template_homes, static_homes, page_homes):
    """What a template names that stands above its app."""
    named = [(name, {template_homes.get(name)}) for name in EXTENDS.findall(source.text)]
    pages = [name for name in URL.findall(source.text) if not name.startswith(LIBRARYS_PAGES)]
    named += [(name, page_homes.get(name, set())) for name in pages]
    named += [(name, static_homes.get(name, set())) for name in STATIC.findall(source.text)]
    for name, found in named:
        ours = {app for app in found if app in APPS}
        if ours and not any(may_know(source.app, app) for app in ours):
            yield f"{source.path}: {name} is of {', '.join(sorted(ours))}"


class TestForeignKeys:
    def test_point_downstairs(self):
        assert_none(upstairs(foreign_keys()))

    def test_one_that_points_upstairs_is_found(self):
        assert upstairs([("venues.Slot", "claimed_by", "venues", "booking")])
        assert upstairs([("venues.Slot", "message", "venues", "notifications")])


class TestMigrations:
    def test_depend_downstairs(self):
        loader = MigrationLoader(None, ignore_no_migrations=True)
        wrong = []
        for (label, name), migration in loader.disk_migrations.items():
            ours = app_label(label)
            for other, _ in migration.dependencies:
                theirs = app_label(other)
                if ours and theirs and not may_know(ours, theirs):
                    wrong.append(f"{label}.{name} depends on {other}")

        assert wrong == []


def app_label(label):
    """The app of ours behind an app label; None for a library's."""
    if label in ("__setting__", "__first__"):
        return None
    top = apps.get_app_config(label).name.split(".", 1)[0]
    return top if top in APPS else None


class TestTemplates:
    def test_name_only_what_stands_below(self, page_homes):
        template_homes = homes("templates")
        static_homes = {}
        for path, app in homes("static").items():
            static_homes.setdefault(path.split("/", 1)[0], set()).add(app)

        assert_none(
            line
            for one in templates()
            for line in named_upstairs(one, template_homes, static_homes, page_homes)
        )

    def test_one_that_names_something_above_is_found(self):
        bad = Source(
            "venues/templates/venues/day.html",
            "{% include 'booking/list.html' %}{% url 'desk' %}{% static 'booking/x.css' %}",
        )

        found = named_upstairs(
            bad,
            {"booking/list.html": "booking"},
            {"booking": {"booking"}},
            {"desk": {"callcentre"}},
        )

        assert len(list(found)) == 3


class TestStoreys:
    def test_neighbours_do_not_know_each_other(self):
        assert not may_know("callcentre", "exchange")
        assert not may_know("venues", "notifications")
        assert may_know("config", "shared") and not may_know("shared", "config")
        assert [storey(app) for app in ("config", "booking", "shared")] == [0, 2, 7]
