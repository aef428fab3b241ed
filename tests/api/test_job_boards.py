"""Job boards as those who run them see them."""

from tests.api.journeys import open_job
from tests.client import Client


async def test_board_is_added_and_changed_when_permitted(ada: Client, eve: Client, anybody: Client) -> None:
    """A slug is one board's in the whole service; the form asks what the board requires."""
    slug = f"jobs-{ada.user['id'][-12:]}"
    board = await ada.made(
        "/job-boards", {"slug": slug, "name": "Jobs", "required_fields": ["first_name", "email", "phone"]}
    )
    assert (await anybody.get(f"/api/v1/boards/{slug}")).json()["name"] == "Jobs"
    taken = await eve.post("/api/v1/job-boards", json={"slug": slug, "name": "Mine"})
    assert (taken.status_code, taken.json()["code"]) == (409, "slug_taken")
    path = f"/api/v1/job-boards/{board['id']}"
    template = "https://careers.example.com/{post_id}"
    changed = await ada.patch(
        path, json={"post_url_template": template, "allowed_origins": ["https://careers.example.com"]}
    )
    assert changed.json()["post_url_template"] == template
    for wrong in (
        {"post_url_template": "https://a.example/"},
        {"required_fields": ["phone"]},
        {"allowed_origins": ["x"]},
    ):
        assert (await ada.patch(path, json=wrong)).status_code == 422
    assert (await eve.patch(path, json={"name": "Mine"})).status_code == 404
    job = await open_job(ada)
    post = await ada.made(f"/jobs/{job['id']}/posts", {"title": "A", "body": "B", "job_board_id": board["id"]})
    await ada.made(f"/posts/{post['id']}/publish")
    shown = (await anybody.get(f"/api/v1/boards/{slug}/posts/{post['id']}")).json()
    assert shown["url"] == f"https://careers.example.com/{post['id']}"
    apply = f"/api/v1/boards/{slug}/posts/{post['id']}/applications"
    person = {"first_name": "A", "email": "a@example.com"}
    assert (await anybody.post(apply, json=person)).json()["errors"][0]["pointer"] == "/phone"
    asking = {"Origin": "https://careers.example.com", "Access-Control-Request-Method": "POST"}
    assert (await anybody.options(apply, headers=asking)).headers["Access-Control-Allow-Origin"] == asking["Origin"]
