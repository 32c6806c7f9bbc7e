"""Calls that turn text into deeds are not made, or only where a list says why (ASVS 1, 11, 13)."""

import ast
import re
import tomllib

from tests.house.sources import ROOT, Source, assert_none, called, files, python

# Who starts programs, and which: their arguments are ours, never a person's words.
STARTS_PROGRAMS = {
    "config/embedded/_postgres.py", "config/embedded/_process.py", "config/demo/supervisor.py",
    "config/stage/__main__.py", "config/stage/front.py", "config/stage/municipality.py",
    "config/stage/watch.py",
    "tenancy/template_dump.py", "tenancy/relocations/_copying.py", "privacy/backups/_take.py",
    "exchange/sealing/opening.py", "exchange/sealing/writing.py",
}  # fmt: skip
# Who asks another machine, and where that is written.
ASKS_OUTSIDE = {
    "notifications/channels/sms.py",   # WAKU_CARRIER_URL, else the carrier's own
    "notifications/channels/mail.py",  # MAILERS
    "config/demo/received.py",         # the demo's carrier, on this machine
    "config/demo/supervisor.py",       # as above
    "config/stage/house.py",           # its own processes, on this machine
}  # fmt: skip
# Whose numbers need not be secret.
MAY_PLAY_DICE = {
    "exchange/dummy_targets.py",  # dummy people, the same for the same seed
    "notifications/deliveries/_end.py",  # spreads retries
}
RUNS_TEXT = {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}
UNPACKS_OBJECTS = {"pickle", "cPickle", "dill", "marshal", "shelve", "jsonpickle"}
UNSAFE_YAML = re.compile(r"\byaml\.(load|load_all|full_load|unsafe_load)\(")
READS_XML = {"xml", "lxml", "defusedxml", "xmltodict", "bs4", "ldap", "ldap3", "jnius"}
# A random name of a window, so that two of one operator are told apart; it names nobody.
NAMES_ITS_WINDOW = {"callcentre/static/callcentre/one_window.js"}
TALKS_OUTWARD = {"requests", "httpx", "aiohttp", "smtplib", "ftplib", "telnetlib", "paramiko"}
NETWORK_CALLS = re.compile(r"^(urllib\.request\.urlopen|urlopen|http\.client\.)")
IN_THE_BROWSER = re.compile(
    r"\b(localStorage|sessionStorage|indexedDB|serviceWorker|postMessage|document\.cookie|caches)\b"
)
NEVER_INSTALLED = re.compile(
    r"^(oauthlib|authlib|python-jose|graphene|strawberry|ariadne|aiortc|python-ldap|ldap3"
    r"|python3-saml|pysaml2|defusedxml)=="
)


def imported(source):
    """(line, module) of every import."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, one.name) for one in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def imports_of(source, tops):
    return [
        f"{source.path}:{line}: {name}"
        for line, name in imported(source)
        if name.split(".")[0] in tops
    ]


def calls(source):
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


def text_that_runs(source):
    for node in calls(source):
        if called(node) in RUNS_TEXT:
            yield f"{source.path}:{node.lineno}: {called(node)}"


def shells(source):
    for node in calls(source):
        if any(k.arg == "shell" for k in node.keywords):
            yield f"{source.path}:{node.lineno}: shell="


def formats_of_others(source):
    """`words.format()` and `words % x` where words are no literal of ours and no constant."""
    for node in calls(source):
        target = node.func
        if not (isinstance(target, ast.Attribute) and target.attr in {"format", "format_map"}):
            continue
        of = target.value
        if isinstance(of, ast.Constant) or _is_sql(of) or _is_constant_name(of):
            continue
        yield f"{source.path}:{node.lineno}: {ast.unparse(of)}.{target.attr}"


def _is_sql(node):
    return isinstance(node, ast.Call) and called(node) == "sql.SQL"


def _is_constant_name(node):
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name.isupper() or name == "words"  # the class's own words of a refusal


def outward(source):
    yield from imports_of(source, TALKS_OUTWARD)
    for node in calls(source):
        if NETWORK_CALLS.match(called(node)):
            yield f"{source.path}:{node.lineno}: {called(node)}"


def patterns_from_elsewhere(source):
    """Regular expressions that are neither literals nor made of constants."""
    for node in calls(source):
        if not re.fullmatch(
            r"re\.(compile|match|search|fullmatch|sub|split|findall)", called(node)
        ):
            continue
        if not node.args or _is_ours(node.args[0]):
            continue
        yield f"{source.path}:{node.lineno}: {ast.unparse(node.args[0])}"


def _is_ours(node):
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.JoinedStr):
        return all(_is_ours(one) for one in node.values)
    if isinstance(node, ast.FormattedValue):
        return _is_ours(node.value)
    if isinstance(node, ast.BinOp):
        return _is_ours(node.left) and _is_ours(node.right)
    if isinstance(node, ast.Call):
        return called(node) in {"re.escape", "'|'.join", "join"}
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name.isupper()


# Who makes patterns of our own declared parts: a layout's columns, figures in kanji, a schema.
MAKES_PATTERNS = {
    "exchange/layouts/kinds.py", "exchange/layouts/layout.py", "callcentre/identity.py",
    "privacy/backups/_replay.py",  # the name of a schema, escaped
    "config/stage/shape.py",  # addresses of docker-compose.yml, escaped
}  # fmt: skip


class TestSources:
    def test_run_no_text(self):
        assert_none(line for one in python() for line in text_that_runs(one))

    def test_start_no_shell(self):
        assert_none(line for one in python(beside=True) for line in shells(one))
        starters = {one.path for one in python() if imports_of(one, {"subprocess"})}
        assert starters <= STARTS_PROGRAMS

    def test_unpack_no_objects(self):
        assert_none(line for one in python() for line in imports_of(one, UNPACKS_OBJECTS))
        assert_none(one.path for one in python(beside=True) if UNSAFE_YAML.search(one.text))

    def test_read_no_xml_and_ask_no_directory(self):
        assert_none(line for one in python() for line in imports_of(one, READS_XML))

    def test_ask_only_addresses_of_the_settings(self):
        asking = {one.path for one in python() if list(outward(one))}

        assert asking <= ASKS_OUTSIDE

    def test_build_no_expression_from_input(self):
        assert_none(
            line
            for one in python()
            if one.path not in MAKES_PATTERNS
            for line in patterns_from_elsewhere(one)
        )

    def test_format_no_text_of_others(self):
        assert_none(line for one in python() for line in formats_of_others(one))

    def test_draw_secrets_from_the_system_only(self):
        dice = {one.path for one in python() if imports_of(one, {"random"})}

        assert dice <= MAY_PLAY_DICE

    def test_keep_nothing_in_the_browser(self):
        scripts = [one for one in files(".js") if not one.path.endswith(".min.js")]

        assert scripts
        keepers = {one.path for one in scripts if IN_THE_BROWSER.search(one.text)}
        assert keepers == NAMES_ITS_WINDOW

    def test_bring_in_nothing_that_we_say_is_not_there(self):
        pinned = (ROOT / "requirements.txt").read_text("utf-8").splitlines()

        assert_none(line for line in pinned if NEVER_INSTALLED.match(line))

    def test_every_exception_is_still_needed(self):
        paths = {one.path for one in python()}

        assert paths >= STARTS_PROGRAMS | ASKS_OUTSIDE | MAY_PLAY_DICE | MAKES_PATTERNS


class TestLint:
    def test_all_rules_against_weaknesses_are_on(self):
        """Ruff's S rules (bandit) are part of `select = ALL`; what is left out is said."""
        lint = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
        left_out = {rule for rule in lint["ignore"] if re.fullmatch(r"S\d*", rule)}

        assert lint["select"] == ["ALL"]
        assert left_out == {"S101"}


class TestTheLintItself:
    def test_finds_each_fault(self):
        bad = Source(
            "booking/x.py",
            "import pickle, random, requests\n"
            "from xml.etree import ElementTree\n"
            "eval(given)\n"
            "subprocess.run(line, shell=True)\n"
            "re.compile(given)\n"
            "template.format(name=name)\n",
        )

        assert list(text_that_runs(bad)) == ["booking/x.py:3: eval"]
        assert list(shells(bad)) == ["booking/x.py:4: shell="]
        assert list(patterns_from_elsewhere(bad)) == ["booking/x.py:5: given"]
        assert list(formats_of_others(bad)) == ["booking/x.py:6: template.format"]
        assert imports_of(bad, UNPACKS_OBJECTS) == ["booking/x.py:1: pickle"]
        assert imports_of(bad, READS_XML) == ["booking/x.py:2: xml.etree"]
        assert list(outward(bad)) == ["booking/x.py:1: requests"]
        assert IN_THE_BROWSER.search("window.localStorage.setItem('a', b)")
        assert NEVER_INSTALLED.match("authlib==1.6.1 \\")
