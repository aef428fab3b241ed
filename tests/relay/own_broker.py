"""A RabbitMQ of a test's own, that can be killed, paused and started again."""

import asyncio
import os
import secrets
import signal
import subprocess
from pathlib import Path

import msgspec
import pytest

from hiring.config import RabbitMQ
from hiring.connectors.rabbitmq import BrokerUnavailable, probe
from tests.ports import free_ports

SCRIPTS = sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin"))
START_LIMIT_S = 60.0
NODE = "hiringtrial@localhost"


class OwnBroker:
    """One node on loopback, with its epmd, cookie and data in a folder."""

    def __init__(self, folder: Path, settings: RabbitMQ) -> None:
        if not SCRIPTS:
            pytest.skip("RabbitMQ is not installed on this machine")
        amqp, distribution, epmd = free_ports(3)
        self.settings = msgspec.structs.replace(
            settings, host="127.0.0.1", port=amqp, connect_timeout_ms=2000, publish_timeout_ms=2000
        )
        self._folder, self._epmd_port = folder, epmd
        self._node: subprocess.Popen[bytes] | None = None
        (folder / ".erlang.cookie").write_text(secrets.token_hex(20))
        (folder / ".erlang.cookie").chmod(0o400)
        (folder / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{amqp}\nlog.console = false\n")
        (folder / "advanced.config").write_text("[{kernel,[{inet_dist_use_interface,{127,0,0,1}}]}].")
        (folder / "enabled_plugins").write_text("[].")
        self._environ = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(epmd), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": NODE, "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"), "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_DIST_PORT": str(distribution), "RABBITMQ_DEFAULT_USER": settings.user,
            "RABBITMQ_DEFAULT_PASS": settings.password, "RABBITMQ_DEFAULT_VHOST": settings.virtual_host,
        }  # fmt: skip
        self._epmd = self._start(["epmd", "-port", str(epmd), "-address", "127.0.0.1"])

    async def start(self) -> None:
        """Starts the node and waits until it answers."""
        self._node = self._start([str(SCRIPTS[-1] / "rabbitmq-server")])
        async with asyncio.timeout(START_LIMIT_S):
            while not await self._answers():  # noqa: ASYNC110, another process has no event
                await asyncio.sleep(0.1)

    def kill(self) -> None:
        """kill -9 of the node and of everything that it started."""
        if self._node is not None:
            self._signal(signal.SIGKILL)
            self._node.wait()
            self._node = None

    def pause(self) -> None:
        """The node keeps its connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """The node goes on."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """Leaves no process behind."""
        self.kill()
        self._epmd.kill()
        self._epmd.wait()

    async def _answers(self) -> bool:
        try:
            await probe(self.settings)
        except BrokerUnavailable:
            return False
        return True

    def _signal(self, number: signal.Signals) -> None:
        assert self._node is not None, "the node does not run"
        os.killpg(self._node.pid, number)

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self._folder / "output.log").open("ab") as output:
            return subprocess.Popen(
                command, env=self._environ, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
