"""What the worker counts, for Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

SEQUENCED = Counter("hiring_events_sequenced_total", "Events that were given their place in the feed.")
PUBLISHED = Counter("hiring_events_published_total", "Events that the broker has confirmed.")
INGESTED = Counter("hiring_facts_ingested_total", "Events that ClickHouse has confirmed.")
HANDLED = Counter("hiring_messages_handled_total", "Messages by what became of them.", ["consumer", "fate"])
HANDLING_S = Histogram("hiring_message_handling_seconds", "Time that handling a message took.", ["consumer"])
MAILS = Counter("hiring_mail_tries_total", "Tries to hand over a mail, by what came of them.", ["outcome"])
MAIL_S = Histogram("hiring_mail_try_seconds", "Time that a try to hand over a mail took.", ["outcome"])
MAILS_HELD = Gauge("hiring_mails_held", "Mails that this process is handing over.")
SWEPT = Counter("hiring_swept_total", "Rows and files that the sweep has deleted or given up.", ["kind"])
SWEEP_OVERDUE_S = Gauge("hiring_sweep_overdue_seconds", "How long the oldest row should have been gone.", ["kind"])
OUTBOX_AGE_S = Gauge("hiring_outbox_age_seconds", "How long the oldest due event has waited for its place in the feed.")
UNPUBLISHED = Gauge("hiring_feed_unpublished", "Positions of the feed behind the relay's watermark.")
UNINGESTED = Gauge("hiring_feed_uningested", "Positions of the feed behind the watermark of analytics.")
QUEUE_LENGTH = Gauge("hiring_queue_length", "Messages that wait in a queue.", ["queue"])
LOOP_WORKS = Gauge("hiring_loop_works", "1 while a loop works, 0 while it fails again and again.", ["loop"])
