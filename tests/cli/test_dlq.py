"""`hiring dlq` when there is nothing to do; what it does with a dead letter: tests/consumers."""

from uuid import uuid4

from tests.cli.command import hiring

UNKNOWN = str(uuid4())


def test_one_line_tells_what_is_wrong_when_it_is() -> None:
    """An unknown consumer, no message, an unknown message, no broker; that there are none is fine."""
    for arguments, sentence in [
        (("show", "mails"), "there is no consumer mails; there is automation, notifications"),
        (("replay", "notifications"), "name one message, or say --all"),
        (("replay", "notifications", UNKNOWN, "--all"), "name one message, or say --all"),
        (("drop", "notifications"), "name one message, or say --all"),
        (("drop", "notifications", UNKNOWN, "--all", "--yes"), "name one message, or say --all"),
        (("drop", "mails", "--all"), "there is no consumer mails; there is automation, notifications"),
        (("drop", "notifications", UNKNOWN, "--yes"), f"notifications has no dead letter {UNKNOWN}"),
        (("show", "notifications", UNKNOWN), f"notifications has no dead letter {UNKNOWN}"),
        (("replay", "notifications", UNKNOWN), f"notifications has no dead letter {UNKNOWN}"),
    ]:
        refused = hiring("dlq", *arguments)
        assert (refused.returncode, refused.stderr) == (1, f"hiring dlq: {sentence}\n")
    for verb, told in (("replay", ("0 sent again\n", "")), ("drop", ("", "0 dropped\n"))):
        done = hiring("dlq", verb, "notifications", "--all")
        assert (done.returncode, (done.stdout, done.stderr)) == (0, told)
    unreachable = hiring("dlq", "list", HIRING__RABBITMQ__PORT="1")
    assert unreachable.returncode == 1 and unreachable.stderr.startswith("hiring dlq: RabbitMQ: ")
    assert unreachable.stderr.count("\n") == 1
