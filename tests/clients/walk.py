"""From registration to hire with a client that openapi-python-client makes with its default options: `walk.py ADDRESS`.

It runs beside the generated package, and its types are checked against it.
"""

import sys
import time
from io import BytesIO
from typing import TypeVar
from uuid import UUID, uuid4

from hiring_api_client import AuthenticatedClient, Client
from hiring_api_client.api.account import register_organization
from hiring_api_client.api.api_keys import add_api_key
from hiring_api_client.api.applications import list_job_applications
from hiring_api_client.api.attachments import download_attachment, list_attachments
from hiring_api_client.api.board_keys import add_board_key
from hiring_api_client.api.hires import hire_candidate
from hiring_api_client.api.job_boards import list_job_boards
from hiring_api_client.api.jobs import add_job, list_jobs, open_job
from hiring_api_client.api.posts import add_post, publish_post
from hiring_api_client.api.public_boards import apply_to_post, read_board_post, upload_application_file
from hiring_api_client.api.users import add_user
from hiring_api_client.models import (
    Answer,
    Application,
    Hire,
    ListJobApplicationsStatus,
    NewApiKey,
    NewApiKeyPermissions,
    NewBoardApplication,
    NewBoardKey,
    NewJob,
    NewJobEmploymentType,
    NewJobWorkplace,
    NewPost,
    NewQuestion,
    NewQuestionType,
    NewUser,
    NewUserType,
    Problem,
    PublishedPost,
    Registration,
    UploadApplicationFileFilesBody,
)
from hiring_api_client.types import File

RESUME = b"%PDF-1.4\n% Kim Ito\n%%EOF\n"
SAMPLE = b"\x89PNG\r\n\x1a\n\xff"
TRIES = 100

Answered = TypeVar("Answered")


def done(answer: Answered | Problem | None) -> Answered:
    """What was answered; a problem fails the walk."""
    assert answer is not None and not isinstance(answer, Problem), answer
    return answer


def register(address: str) -> tuple[AuthenticatedClient, UUID, str]:
    """Registers Acme; the client and the id of its administrator, and the slug of its board."""
    registration = Registration(
        organization_name="Acme",
        email=f"mia-{uuid4()}@acme.example",
        password="a long password, please",
        first_name="Mia",
    )
    registered = done(register_organization.sync(client=Client(address), body=registration))
    mia = AuthenticatedClient(address, registered.access_token)
    return mia, registered.user.id, registered.organization.slug


def advertise(mia: AuthenticatedClient) -> PublishedPost:
    """An open job with a post whose question asks for a file."""
    job = done(
        add_job.sync(
            client=mia,
            body=NewJob(
                title="Engineer", employment_type=NewJobEmploymentType.FULL_TIME, workplace=NewJobWorkplace.REMOTE
            ),
        )
    )
    assert done(open_job.sync(job.id, client=mia)).status == "open"
    question = NewQuestion(label="A sample of your work", type_=NewQuestionType.FILE, required=True)
    new = NewPost(title="Engineer", body="Build instruments with us.", questions=[question])
    return done(publish_post.sync(done(add_post.sync(job.id, client=mia, body=new)).id, client=mia))


def career_site(mia: AuthenticatedClient, address: str) -> AuthenticatedClient:
    """The server of a career site, with a key of the board."""
    [board] = done(list_job_boards.sync(client=mia)).items
    key = done(add_board_key.sync(board.id, client=mia, body=NewBoardKey(name="Career site")))
    assert key.secret is not None  # it is null where a key is shown again
    return AuthenticatedClient(address, key.secret)


def apply(public: AuthenticatedClient, board: str, post_id: UUID) -> None:
    """Kim uploads two files, one in a form and one as bytes alone, and applies."""
    [question] = done(read_board_post.sync(board, post_id, client=public)).application_form.questions
    assert question.type_ == "file"
    form = UploadApplicationFileFilesBody(file=File(BytesIO(RESUME), "resume.pdf"))
    resume = done(upload_application_file.sync(board, client=public, body=form))
    data = File(BytesIO(SAMPLE))
    sample = done(upload_application_file.sync(board, client=public, body=data, file_name="sample.png"))
    application = NewBoardApplication(
        first_name="Kim",
        last_name="Ito",
        email="kim@example.com",
        resume_upload_id=resume.id,
        answers=[Answer(question_id=question.id, value=str(sample.id))],
    )
    assert "/applications/" in done(apply_to_post.sync(board, post_id, client=public, body=application)).status_url


def received(mia: AuthenticatedClient, job_id: UUID) -> Application:
    """The only application; one that came over a board is there as soon as the replica has it."""
    for _ in range(TRIES):
        found = done(
            list_job_applications.sync(job_id, client=mia, status=ListJobApplicationsStatus.ACTIVE, limit=1)
        ).items
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError("the application did not arrive")


def download(mia: AuthenticatedClient, candidate_id: UUID) -> None:
    """Both files are what was sent."""
    attachments = done(list_attachments.sync(client=mia, candidate_id=candidate_id)).items
    files = {each.file_name: done(download_attachment.sync(each.id, client=mia)) for each in attachments}
    assert {name: file.payload.read() for name, file in files.items()} == {"resume.pdf": RESUME, "sample.png": SAMPLE}


def hire(mia: AuthenticatedClient, application: Application) -> None:
    """Refused without an offer or a reason, done with one."""
    refused = hire_candidate.sync(application.id, client=mia, body=Hire())
    assert isinstance(refused, Problem) and refused.code == "offer_required", refused
    reason = Hire(override_reason="Signed on paper")
    assert done(hire_candidate.sync(application.id, client=mia, body=reason)).status == "hired"


def read_on_behalf(mia: AuthenticatedClient, mia_id: UUID, address: str) -> None:
    """The key of a robot reads jobs on behalf of Mia: an id in a header."""
    robot = done(add_user.sync(client=mia, body=NewUser(first_name="Robot", type_=NewUserType.SERVICE)))
    held = NewApiKeyPermissions.from_dict({"keys.impersonate": "all", "jobs.read": "all"})
    key = done(add_api_key.sync(client=mia, body=NewApiKey(name="Sync", user_id=robot.id, permissions=held)))
    assert key.secret is not None  # it is null where a key is shown again
    sync = AuthenticatedClient(address, key.secret)
    assert len(done(list_jobs.sync(client=sync, on_behalf_of=str(mia_id))).items) == 1


def walk(address: str) -> None:
    """The whole way."""
    mia, mia_id, board = register(address)
    post = advertise(mia)
    apply(career_site(mia, address), board, post.id)
    application = received(mia, post.job_id)
    download(mia, application.candidate_id)
    hire(mia, application)
    read_on_behalf(mia, mia_id, address)


if __name__ == "__main__":
    walk(sys.argv[1])
