"""The bytes of bodies that are held: both bounds from both sides, and nothing kept of who holds none."""

from hiring.services.held_bodies import HeldBodies


def test_body_is_held_when_it_fits_to_the_byte() -> None:
    """A client holds up to half of the maximum, and all together hold up to the whole."""
    bodies = HeldBodies(100)
    assert not bodies.take("a", 51)
    assert bodies.take("a", 50)
    assert not bodies.take("a", 1)
    assert bodies.take("b", 49)
    assert not bodies.take("c", 2), "more than all may hold"
    assert bodies.take("c", 1)
    assert bodies.held_bytes == 100


def test_refused_body_is_not_counted() -> None:
    """Neither for its client nor for all."""
    bodies = HeldBodies(100)
    for _ in range(3):
        assert not bodies.take("a", 51)
    assert bodies.held_bytes == 0 and bodies.take("a", 50)


def test_bytes_are_free_again_when_they_are_given_back() -> None:
    """Part by part; a client that holds nothing is forgotten."""
    bodies = HeldBodies(100)
    bodies.take("a", 50)
    bodies.give_back("a", 20)
    assert bodies.held_bytes == 30
    assert not bodies.take("a", 21)
    assert bodies.take("a", 20)
    bodies.give_back("a", 50)
    assert bodies.held_bytes == 0 and not bodies._by_client
