"""What a client does about each code: of a problem, and of a finding in its `errors`."""

AUTHENTICATE = "Send `Authorization: Bearer` with an access token or an API key."
WAIT = "Wait for the seconds in `Retry-After` and send the same request again; give a POST an `Idempotency-Key`."
READ_AGAIN = (
    "Read the resource, or take the state from `current`, and decide again. Do not repeat the request as it is."
)
TAKEN = (
    "`current` names the resource that has the value, where you may see it. Use that resource, or send another value."
)

ADVICE: dict[str, str] = {
    "malformed": "Mend the request: the JSON, the encoding or a header. `detail` and `errors` tell where it is wrong.",
    "unauthenticated": AUTHENTICATE,
    "token_expired": "Exchange the refresh token at `POST /refresh` and repeat the request with the new access token.",
    "token_invalid": "Check that the token is whole and of this deployment. An API key may be revoked or expired: ask "
    "an administrator for another. Do not repeat the request with this token.",
    "session_ended": "Log in again. The user has logged out elsewhere, changed the password, or was disabled, or the "
    "session has reached its end.",
    "credentials_wrong": "Ask the user again. The answer is the same whatever is wrong, so do not tell the user which.",
    "refresh_reused": "Log in again. Keep the newest refresh token only, and let one process at a time exchange it.",
    "forbidden": "`detail` names the permission. Ask an administrator for it, in the scope that you need. Repeating "
    "the request does not help.",
    "session_required": "Let the user do this with a session of their own; an API key cannot.",
    "api_key_required": "Leave `On-Behalf-Of` out; to act for another user, use an API key with `keys.impersonate`.",
    "board_key_refused": "Send a board key to `/boards/{board}` and below, with the slug of its own board; all else "
    "needs an API key or an access token.",
    "team_required": "Ask a member of the hiring team who is more than an interviewer, or an administrator.",
    "author_required": "Ask the author of the note, or an administrator; you may add a note of your own.",
    "registration_closed": "Ask the operator of the deployment for an organization or for an invitation.",
    "not_found": "Check the address and the id. The resource may exist and be hidden from you: check your permissions, "
    "their scope, and the organization of your token.",
    "candidate_moved": "Keep `merged_into` in the place of the old id, and ask for that candidate. The old id never "
    "comes back.",
    "method_not_allowed": "Use one of the methods in the header `Allow`.",
    "conflict": READ_AGAIN,
    "being_changed": WAIT,
    "status_conflict": READ_AGAIN,
    "email_taken": TAKEN,
    "external_id_taken": TAKEN + " An import that was repeated finds its own resource here.",
    "key_taken": TAKEN,
    "language_taken": TAKEN + " Change the translation or text that is there instead of adding one.",
    "name_taken": TAKEN,
    "slug_taken": "Choose another slug: it is unique in the whole deployment, also among organizations you cannot see.",
    "in_use": "Leave it, or first mend what `detail` names, such as a template that is the default. Built-in "
    "groups and words that the service uses itself stay.",
    "last_administrator": "Make another active member an administrator first.",
    "stage_is_another": "Somebody moved the application. Show the user the stage in `current` and ask again.",
    "stage_not_in_pipeline": "Read `GET /jobs/{job_id}/pipeline` and use one of its stages: the pipeline has changed.",
    "stage_entered_by_command": "Call `POST /applications/{application_id}/hire` instead.",
    "application_not_active": "It has ended: `current` tells how. Reopen a rejected or withdrawn one first; take a "
    "hire back with `POST /applications/{application_id}/unhire`.",
    "application_active": "Use the application in `current`; a candidate has one active application to a job.",
    "application_hired": "The candidate already has this job. Unhire that application first, if the hire was an error.",
    "applications_collide": "Show the user the pairs in `current` and send the application that stays for each job in "
    "`keep`. Where there are none, ask somebody who sees the job.",
    "candidate_merged": "Keep `merged_into` in the place of the old id, and send the request for that candidate.",
    "reapply_too_soon": "Wait until the organization's re-apply window is over, or reopen the earlier application.",
    "job_not_open": "Open the job first, an archived one after it is unarchived, or choose another job.",
    "job_is_pool": "Transfer the application to a job that has openings, and hire the applicant there.",
    "post_not_accepting": "Tell the applicant that the job takes no more applications, and load the board again.",
    "offer_required": "Send `override_reason`, which needs `applications.hire_override`. There are no offers yet.",
    "no_opening": "Add an opening, reopen a closed one, or name another opening.",
    "no_email": "Add an e-mail address to the candidate first; a rejection also works without a `message`.",
    "too_many_bulk_operations": "Wait until one has ended, or cancel one, and send the request again. "
    "`bulk_operation.completed` tells when.",
    "idempotency_key_running": WAIT,
    "version_mismatch": "Read the resource, apply your change to what it is now, and send it with the new `ETag`.",
    "body_too_large": "Send less. For files the limit is in `upload.max_bytes` of the application form.",
    "unsupported_media_type": "Send JSON as `application/json`. For files, check that the content is of a kind that is "
    "taken: the name of a file does not count.",
    "invalid": "Mend what `errors` lists; it lists all that was found at once. Do not repeat the request as it is.",
    "organization_required": "Ask the user for the organization and send its slug as `organization`.",
    "link_invalid": "Ask for another link: `POST /password-resets`, or another invitation.",
    "idempotency_key_reused": "Use a new key for each new request, and the old one only with the same path and body.",
    "rate_limited": "Wait for the seconds in `Retry-After`, then go on more slowly. `RateLimit` tells what is left.",
    "head_too_large": "Send fewer or shorter headers, or a shorter query: the head has at most 64 KB.",
    "internal": "Repeat a GET once. Give the `request_id` to the operator, who finds the cause by it.",
    "unavailable": WAIT,
    "service_busy": WAIT,
    "organization_busy": WAIT + " Send fewer requests at once.",
    "database_unavailable": WAIT,
    "files_unavailable": WAIT,
    "analytics_unavailable": WAIT,
    "analytics_disabled": "Ask the operator of the deployment to switch reports on; `detail` tells what is missing. Do "
    "not repeat the request.",
    "statement_stopped": WAIT,
    "not_visible_yet": WAIT,
}
"""Code of a problem → what to do."""

ADVICE_ON_FINDINGS: dict[str, str] = {
    "type": "Send the JSON type of the reference: a number is not a string, and null is not allowed everywhere.",
    "enum": "Send one of the values in the reference, in the same case.",
    "format": "`detail` shows the form that is expected.",
    "range": "`detail` tells the bounds.",
    "too_short": "`detail` tells the least length.",
    "too_long": "`detail` tells the greatest length.",
    "offset": "End the moment in `Z`, or in an offset such as `+02:00`.",
    "nul_character": "Remove it.",
    "depth": "Send flatter data; HTML has at most 50 levels.",
    "contradiction": "Mend one of the two fields; `detail` tells which value does not fit.",
    "captcha": "Let the person solve it again, and send the new token.",
    "required": "Send it.",
    "unexpected": "Leave it out; `detail` tells what it would go with.",
    "unknown_field": "Check the spelling: unknown fields are refused so that a typing error is not lost.",
    "unknown_parameter": "Check the spelling in the reference.",
    "repeated": "Send it once.",
    "not_combinable": "Ask in two requests, or leave one out.",
    "pay_range_required": "Add `pay_ranges` to the post, or take the place out. `detail` names the law, and "
    "`GET /pay-disclosure-rules` its sources.",
    "salary_history_refused": "Take the question out: ask for the pay that applicants expect. `detail` names the law.",
    "invalid_preview": "Ask for another link: `POST /posts/{post_id}/preview-links`. An internal post, or one of an "
    "archived job, has none.",
    "invalid_cursor": "Send the cursor with the filters that it came with, or begin at the first page.",
    "unknown_placeholder": "Use one of the placeholders that `detail` lists, or write the words yourself.",
    "unknown_reference": "Check the id: it may be archived, of another kind or organization, or hidden from you.",
    "unknown_question": "Read the post again: its form has changed.",
    "unknown_upload": "Upload the file again: an upload lasts 24 hours, and for one use.",
    "circular": "Choose a parent that is not below the department.",
    "default_required": "Set `is_default` of another template; this one then loses it.",
    "hired_stage": "End the stages with the one of kind `hired`, with the id that it has.",
    "in_future": "Send a moment that is not after now; check the clock and the offset.",
    "no_entry_stage": "Add a stage of another kind than `lead` and `hired`.",
    "options": "Give questions and custom fields of a select type options, and no others.",
    "stage_not_in_pipeline": "Use a stage of `GET /jobs/{job_id}/pipeline`.",
    "not_current": "Read the post again, show the text that it has now, and let the applicant decide again.",
    "wrong": "Ask the user again.",
}
"""Code of a finding → what to do."""
