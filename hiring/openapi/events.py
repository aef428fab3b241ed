"""What events look like, for `/event-types` and `/asyncapi.json`: a JSON Schema for each type, made from its class."""

from collections.abc import Mapping
from typing import Any

from hiring import VERSION
from hiring.connectors.rabbitmq_topology import EVENT_EXCHANGE
from hiring.domain.event_types import EVENT_TYPES, EventData
from hiring.domain.events import Event
from hiring.openapi.schemas import Schema, schemas_of

DESCRIPTION = """What happened, as the worker publishes it to RabbitMQ: each event at least once, those of one resource
in the order of its versions. An event tells ids, enums, numbers and dates, never personal data: read the resource for
more."""


def schema_of_event(kind: type[EventData]) -> Schema:
    """The JSON Schema (2020-12) of whole events of a type, which refers to nothing."""
    by_shape, components = schemas_of(shapes_of(kind), [])
    event = inlined(whole(kind, by_shape), components)
    [every] = event.pop("allOf")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **merged(every, event)}


def merged(schema: Schema, more: Schema) -> Schema:
    """A schema in which another one says more of the same members."""
    both = {
        name: merged(schema[name], more[name]) for name in schema.keys() & more.keys() if isinstance(more[name], dict)
    }
    return {**schema, **more, **both}


def inlined(schema: Any, components: Mapping[str, Schema]) -> Any:
    """A schema with what it refers to put in place of each reference; what stands beside one holds as well."""
    if isinstance(schema, list):
        return [inlined(each, components) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: inlined(each, components) for name, each in schema.items() if name != "$ref"}
    if "$ref" not in schema:
        return found
    return inlined(components[schema["$ref"].rpartition("/")[2]], components) | found


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3 document: the exchange, a message for each type of event."""
    shapes = dict.fromkeys(each for kind in EVENT_TYPES.values() for each in shapes_of(kind))
    by_shape, schemas = schemas_of(list(shapes), [])
    messages = {name: message_of(kind, by_shape) for name, kind in EVENT_TYPES.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Hiring events",
            "version": VERSION,
            "description": DESCRIPTION,
            "license": {"name": "Apache License 2.0"},
            "tags": [{"name": "events"}],
        },
        "defaultContentType": "application/json",
        "channels": {
            "events": {
                "address": "{type}",
                "description": "A topic exchange; the routing key is the type of the event, as in `application.*`.",
                "parameters": {"type": {"description": "The type of the event.", "enum": list(EVENT_TYPES)}},
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {
                    "amqp": {"is": "routingKey", "exchange": {"name": EVENT_EXCHANGE, "type": "topic", "durable": True}}
                },
            }
        },
        "operations": {
            "publishEvent": {
                "action": "send",
                "channel": {"$ref": "#/channels/events"},
                "summary": "The service tells of a change.",
                "description": "Once the change is committed; again where it is not sure that the broker has it.",
                "messages": [{"$ref": f"#/channels/events/messages/{name}"} for name in messages],
            }
        },
        "components": {"schemas": schemas, "messages": messages},
    }


def message_of(kind: type[EventData], by_shape: Mapping[Any, Schema]) -> dict[str, Any]:
    """The message that carries events of a type."""
    return {
        "name": kind.type, "title": kind.type, "summary": kind.__doc__, "contentType": "application/json",
        "payload": whole(kind, by_shape),
    }  # fmt: skip


def shapes_of(kind: type[EventData]) -> list[Any]:
    """The shapes that the events of a type consist of."""
    return [Event, kind, *([kind.previous] if kind.previous else [])]


def whole(kind: type[EventData], by_shape: Mapping[Any, Schema]) -> Schema:
    """The schema of whole events of a type, which refers to those of its parts."""
    own: Schema = {
        "type": {"const": kind.type},
        "aggregate": {"properties": {"type": {"enum": list(kind.aggregates)}}},
        "data": by_shape[kind],
    }
    if kind.previous:
        own["previous"] = by_shape[kind.previous]
    return {
        "title": kind.type, "description": kind.__doc__, "type": "object", "allOf": [by_shape[Event]],
        "properties": own,
    }  # fmt: skip
