"""From which endpoint, consumer or command a statement is reached."""

from pathlib import Path

from sqlproof.catalogue.gathered import Catalog
from sqlproof.catalogue.reached import Entry, reached_from, read_graph
from tests.sqlproof.conftest import PROJECT

MODULES = {
    "stores": "class Store:\n    def keep(self): self.write()\n    def write(self): record()\ndef record(): pass\n",
    "shops": "from shop import stores as kept\nfrom shop.stores import Store\n"
    "class Corner(Store):\n    def __init__(self, at: Store): self.at = at\n"
    "    def sell(self): self.at.keep()\n    def close(self): super()\n"
    "def open(corner: 'Corner'): corner.sell()\n"
    "def count(): return map(kept.record, ())\n"
    "def idle(keep): keep.write()\n"
    "def made():\n    store = Store()\n    store.keep()\n",
}


def entry(catalog: Catalog, name: str) -> Entry:
    """The entry of a name."""
    [found] = [each for each in catalog.entries if each.name == name]
    return found


def test_statement_is_reached_when_it_is_there(catalog: Catalog) -> None:
    """By a caller with a function, and from outside or by the machinery."""
    assert [each.name for each in catalog.statements if not each.callers] == []
    assert [each.name for each in catalog.statements if not each.entries] == []


def test_entry_reaches_what_it_sends_when_it_is_listed(catalog: Catalog) -> None:
    """Neither more nor less, on samples of each kind."""
    rotated = entry(catalog, "POST /api/v1/api-keys/{api_key_id}/rotate").statements
    assert rotated == ("commands/api_keys.lock_key", "commands/api_keys.rotate", "queries/api_keys.find_permissions")
    assert entry(catalog, "GET /api/v1/organization").statements == ("queries/organizations.find",)
    consumed = set(entry(catalog, "notifications").statements)
    assert {"commands/inbox.claim", "commands/mails.queue", "queries/mails.find_due"} <= consumed
    mentioned = {"queries/candidates.find", "queries/notes.find", "queries/permissions.find_held"}
    assert {name for name in consumed if "mails" not in name and "inbox" not in name} == mentioned
    assert "commands/idempotency_keys.claim" in entry(catalog, "every POST with an Idempotency-Key").statements
    assert "queries/sessions.find_principal" in entry(catalog, "every request").statements
    assert "queries/feed.list_after" in entry(catalog, "the relay").statements
    verbs = ("claim", "fail", "finish", "hold", "postpone", "put_back", "take_turn")
    assert entry(catalog, "the mailer").statements == tuple(f"commands/mails.{verb}" for verb in verbs)
    assert "commands/sweeps.uploads" in entry(catalog, "the sweep").statements
    assert "commands/users.change_password" in entry(catalog, "hiring user reset-password").statements
    assert "GET /livez" not in {each.name for each in catalog.entries}


def test_read_reaches_no_command_when_it_only_reads(catalog: Catalog) -> None:
    """A GET that could change something would be a wrong line of the catalogue, or worse."""
    reads = [each for each in catalog.entries if each.name.startswith("GET ")]
    assert len(reads) > 40
    assert {(each.name, name) for each in reads for name in each.statements if name.startswith("commands/")} == set()


def test_lock_has_the_callers_of_what_it_goes_before_when_nobody_names_it(catalog: Catalog) -> None:
    """Its message is theirs."""
    told = {each.name: each for each in catalog.statements}
    hire, lock = told["commands/hires.hire"], told["commands/locks.lock_openings_of_application"]
    assert set(hire.callers) <= set(lock.callers) and hire.callers[0].function == "hire"


def test_reference_is_followed_when_its_class_is_told(tmp_path: Path) -> None:
    """By self, a parent, an annotation, a field, an assignment or a reference without a call; a guess is no edge."""
    for name, text in MODULES.items():
        (tmp_path / "shop").mkdir(exist_ok=True)
        (tmp_path / "shop" / f"{name}.py").write_text(text)
    graph = read_graph(tmp_path / "shop", {})
    end = "shop.stores.record"
    for start in ("shop.stores.Store.keep", "shop.shops.Corner.sell", "shop.shops.open", "shop.shops.count",
                  "shop.shops.made"):  # fmt: skip
        assert end in reached_from(graph, start), start
    for start in ("shop.shops.idle", "shop.shops.Corner.close", "shop.stores.record"):
        assert reached_from(graph, start) <= {start}, start


def test_graph_knows_every_function_when_the_package_is_read() -> None:
    """By its dotted name."""
    graph = read_graph(PROJECT.package, PROJECT.python.always)
    assert {
        "hiring.relay.Relay.run",
        "hiring.commands.jobs.add",
        "hiring.http.handler.Handler.prepare",
    } <= graph.keys()
