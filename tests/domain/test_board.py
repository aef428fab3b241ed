"""What a board asks of an applicant."""

from hiring.domain.board import application_form


def test_form_asks_for_name_and_address_whatever_the_board_requires() -> None:
    """Nobody can be answered without them."""
    form = application_form(["phone"], [], 10, ["text/plain"])
    required = {field["name"] for field in form["fields"] if field["required"]}
    assert required == {"first_name", "email", "phone"}
