"""The service that verifies the tokens of captchas, in the form that hCaptcha, Turnstile and reCAPTCHA share.

A token is sent with a secret (POST, as a form) and the applicant's address; the answer is `{"success": true}` or tells
why not. Sources: https://docs.hcaptcha.com/#verify-the-user-response-server-side,
https://developers.cloudflare.com/turnstile/get-started/server-side-validation/.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

import msgspec
from tornado.httpclient import AsyncHTTPClient, HTTPError, HTTPRequest

from hiring.config import Captcha
from hiring.errors import Unavailable
from hiring.foundation.logs import get_logger

MAXIMUM_ANSWER_BYTES = 16 * 1024
MAXIMUM_CALLS = 50
"""So many tokens of a process are verified at once; what waits for longer than the time limit is not."""
OUR_FAULTS = frozenset({"missing-input-secret", "invalid-input-secret", "bad-request", "sitekey-secret-mismatch"})
"""What only the operator of the deployment can mend."""

log = get_logger(__name__)


class CaptchaUnavailable(Unavailable):
    """The captcha cannot be verified at this moment; try again."""


class Verdict(msgspec.Struct, frozen=True):
    """What the service answers, as far as it matters."""

    success: bool
    error_codes: Sequence[str] = msgspec.field(name="error-codes", default=())


class CaptchaVerifier:
    """Where tokens are verified; nothing is asked where the settings name no service."""

    def __init__(self, settings: Captcha) -> None:
        self._settings = settings
        self._client = AsyncHTTPClient(
            force_instance=True, max_clients=MAXIMUM_CALLS, max_body_size=MAXIMUM_ANSWER_BYTES
        )

    @property
    def is_on(self) -> bool:
        """Whether tokens are demanded and verified."""
        return self._settings.verify_url is not None

    async def accepts(self, token: str, address: str) -> bool:
        """Whether a person at an address has solved the captcha. A token is good once.

        Raises: CaptchaUnavailable, also where the service finds fault with us: nobody is let in unverified.
        """
        form = {"secret": self._settings.secret or "", "response": token, "remoteip": address}
        timeout_s = self._settings.timeout_ms / 1000
        request = HTTPRequest(
            self._settings.verify_url or "", method="POST", body=urlencode(form), follow_redirects=False,
            connect_timeout=timeout_s, request_timeout=timeout_s,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        try:
            answer = await self._client.fetch(request)
            verdict = msgspec.json.decode(answer.body, type=Verdict)
        except (HTTPError, OSError, msgspec.DecodeError) as error:
            log.warning("captcha.unavailable", error=type(error).__name__)
            raise CaptchaUnavailable from None
        if faults := OUR_FAULTS.intersection(verdict.error_codes):
            log.error("captcha.misconfigured", codes=sorted(faults))
            raise CaptchaUnavailable
        return verdict.success

    def close(self) -> None:
        """Closes what is open."""
        self._client.close()
