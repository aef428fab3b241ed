"""What an application through a board is refused for: each rule, and which of two is told."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from hiring.commands import boards as commands
from hiring.domain.actors import anonymous
from hiring.domain.board import Applicant, UsedUpload
from hiring.errors import ApiError, BeingChanged, Invalid, NotFound, PostNotAccepting
from hiring.foundation.ids import new_id
from hiring.http.dependencies import Dependencies
from hiring.queries import boards as queries
from tests.api.conftest import Rows
from tests.api.journeys import open_job, published_post, reason
from tests.client import Client

PERSON = {"first_name": "Kim", "email": "kim@example.com"}
APPLICANT = Applicant(
    first_name="Kim", last_name=None, email="kim@example.com", phone=None, links=[], location=None, language=None,
    referrer=None, source_details={}, resume_upload_id=None, cover_letter_upload_id=None, answers=[],
    consents=[],
)  # fmt: skip
RESUME = UsedUpload(kind="resume", upload_id=UUID(int=7), pointer="/resume_upload_id")
UNUSABLE = "The upload is unknown, was used or has expired."


async def board_of(dependencies: Dependencies, client: Client) -> queries.Board:
    """The board of an organization."""
    db, slug = dependencies.db, client.organization["slug"]
    return await queries.find(db, await queries.find_tenant(db, slug=slug), slug=slug)


async def asked_version(dependencies: Dependencies, client: Client, post_id: str) -> int:
    """The version of a published post whose questions an applicant reads."""
    board = await board_of(dependencies, client)
    return (await queries.find_form(dependencies.db, board, post_id=UUID(post_id))).post_version


async def refused(
    dependencies: Dependencies, client: Client, post_id: str, version: int, uploads: Sequence[UsedUpload] = ()
) -> ApiError:
    """The error of an application whose answers were checked against a version of the post."""
    board = await board_of(dependencies, client)
    actor = anonymous(new_id(), organization_id=board.organization_id)
    with pytest.raises(ApiError) as error:
        await commands.submit(
            dependencies.db, actor, board, post_id=UUID(post_id),
            form=queries.Form(post_version=version, questions=[], consents=[]), applicant=APPLICANT, answers=[],
            uploads=uploads, maximum_mail_count=10, is_robot=False,
        )  # fmt: skip
    return error.value


async def test_application_is_refused_for_the_first_rule_when_it_breaks_several(
    ada: Client, dependencies: Dependencies
) -> None:
    """The post, its version, the files, and last whether it accepts applications. No refusal tells the version."""
    job = await open_job(ada)
    post_id = (await published_post(ada, job)).rpartition("/")[2]
    version = await asked_version(dependencies, ada, post_id)
    await ada.made(f"/jobs/{job['id']}/close", {"reason_id": await reason(ada, "job_close")})
    told = [
        await refused(dependencies, ada, str(uuid4()), version - 1, [RESUME]),
        await refused(dependencies, ada, post_id, version - 1, [RESUME]),
        await refused(dependencies, ada, post_id, version, [RESUME]),
        await refused(dependencies, ada, post_id, version),
    ]
    assert [type(error) for error in told] == [NotFound, BeingChanged, Invalid, PostNotAccepting]
    published = {"status": "published"}
    assert [error.current for error in told] == [None, published, None, published]


async def test_each_file_is_named_when_several_cannot_be_used(ada: Client, anybody: Client, rows: Rows) -> None:
    """In the order in which the form asks, an answer with its question; the file that could be used is not used up."""
    questions = [{"label": label, "type": "file"} for label in ("Portfolio", "Sample")]
    path = await published_post(ada, await open_job(ada), questions=questions)
    portfolio, sample = (await anybody.get(path)).json()["application_form"]["questions"]
    upload = await anybody.post(
        f"{path.partition('/posts')[0]}/uploads", params={"file_name": "letter.txt"}, content=b"Hello"
    )
    answers = [{"question_id": each["id"], "value": str(uuid4())} for each in (sample, portfolio)]
    more = {"answers": answers, "resume_upload_id": str(uuid4()), "cover_letter_upload_id": upload.json()["id"]}
    answer = await anybody.post(f"{path}/applications", json=PERSON | more)
    assert (answer.status_code, answer.json()["code"], "current" in answer.json()) == (422, "invalid", False)
    expected: list[dict[str, Any]] = [
        {"pointer": "/resume_upload_id", "code": "unknown_upload", "detail": UNUSABLE},
        *(
            {"pointer": f"/answers/{place}/value", "code": "unknown_upload", "detail": UNUSABLE, "question_id": id_}
            for id_, place in ((portfolio["id"], 1), (sample["id"], 0))
        ),
    ]
    assert answer.json()["errors"] == expected
    assert (await ada.read("/candidates"))["items"] == []
    unused = await rows("SELECT used_at FROM uploads WHERE id = %(id)s", id=UUID(upload.json()["id"]))
    assert unused == [(None,)]
