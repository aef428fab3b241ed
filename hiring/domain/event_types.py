"""Every type of event that a command writes, with what it means; `/event-types` lists them, a test holds them to SQL.

A type never changes its meaning. `data` holds ids, enums, numbers and dates, never personal data.
"""

from types import MappingProxyType

EVENT_TYPES = MappingProxyType(
    {
        "api_key.created": "An API key was made, or took the place of one that was rotated.",
        "api_key.revoked": "An API key stopped working.",
        "application.hired": "An application ended with a hire.",
        "application.rejected": "An application was rejected.",
        "application.reopened": "An application that had ended is active again.",
        "application.stage_changed": "An application moved to another stage of its job's pipeline.",
        "application.submitted": "Somebody applied, or was added to a job.",
        "application.unhired": "A hire was taken back.",
        "application.withdrawn": "A candidate withdrew an application.",
        "attachment.deleted": "A file of a candidate was deleted.",
        "attachment.uploaded": "A file was attached to a candidate.",
        "candidate.created": "A candidate was added.",
        "candidate.updated": "Fields of a candidate changed.",
        "job.created": "A job was drafted.",
        "job.hiring_team_changed": "People joined or left a job's hiring team.",
        "job.pipeline_changed": "The stages of a job's pipeline changed.",
        "job.status_changed": "A job was submitted, opened, held, closed or archived, or one of these was taken back.",
        "job.updated": "Fields of a job changed.",
        "message.due": "The time has come to send a message.",
        "message.failed": "A message could not be delivered.",
        "message.sent": "A message was handed to the mail server.",
        "opening.closed": "An opening was closed unfilled.",
        "opening.created": "A place to fill was added to a job.",
        "opening.filled": "A hire took an opening.",
        "opening.reopened": "An opening is to be filled again.",
        "opening.updated": "Fields of an opening changed.",
        "organization.created": "An organization was founded with its first administrator.",
        "organization.updated": "The organization's settings changed.",
        "permission.granted": "A user was given a permission or put into a permission group.",
        "permission.revoked": "A permission, or membership in a permission group, was taken from a user.",
        "post.created": "A post of a job was drafted.",
        "post.published": "A post appeared on the job board.",
        "post.unpublished": "A post left the job board.",
        "post.updated": "A post's text, form or settings changed.",
        "session.ended": "A user's session ended.",
        "session.started": "A user logged in.",
        "upload.stored": "A file was uploaded and waits to be used.",
        "user.created": "A user was added who needs no invitation.",
        "user.disabled": "A user may not log in any more.",
        "user.enabled": "A disabled user may log in again.",
        "user.invited": "A member was invited by mail.",
        "user.updated": "Fields of a user changed, the password among them.",
        "vocabulary.changed": "A word of the organization's vocabulary was added, changed or archived.",
    }
)
"""Type → one sentence."""
