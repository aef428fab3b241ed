"""Copies of the checkout for tests of its scripts, and a `docker` that asks of Compose's files what Compose asks."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8"))
NEEDED = (".envs/app/templates", ".envs/infra/templates", ".envs/infra/.env.example", "conf", "docker-compose.yml")
NEEDED_FILES = ("Makefile", "Dockerfile", "pyproject.toml", ".gitignore", "hiring/__init__.py")
TOOLS = """
awk bash cat chgrp chmod chown cmp comm cp cut date dirname env find git grep head id install ln ls make mkdir mktemp mv
od paste printf readlink rm sed seq sh sleep sort stat tail tr uname uniq wc xargs
"""
"""What a Linux has that was made for containers: POSIX tools, make and git. No curl, no Python, no gettext."""
DOCKER = """#!/bin/bash
# Answers as an engine with Compose does, and like Compose refuses to do anything while a file is missing.
case "$*" in info* | version* | "compose version"*) exit 0 ;; esac
echo "$PYTHON_IMAGE|$*" >>"$CALLS"
[ "$1" = compose ] || exit 0
while read -r file; do
  eval "file=$file"
  [ -e "$file" ] || { echo "$file not found" >&2; exit 14; }
done <"$NAMED"
"""


def named_files() -> list[str]:
    """Every file and folder that docker-compose.yml names, with its variables."""
    files = [secret["file"] for secret in COMPOSE["secrets"].values()]
    for service in COMPOSE["services"].values():
        files += service.get("env_file", [])
        volumes = [volume for volume in service.get("volumes", []) if isinstance(volume, str)]
        files += [match[1] for volume in volumes if (match := re.match(r"(\$\{[^}]*\}[^:]*):", volume))]
    return sorted(set(files))


class ContainerHost:
    """A fresh clone under umask 077 on a machine that has Docker and little else."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self._tools, self._calls = folder / "checkout", folder / "tools", folder / "calls"
        self._named = folder / "named"
        self._named.write_text("\n".join(named_files()) + "\n", encoding="utf-8")
        self._tools.mkdir()
        for name in TOOLS.split():
            (self._tools / name).symlink_to(shutil.which(name) or f"/missing/{name}")
        docker = self._tools / "docker"
        docker.write_text(DOCKER, encoding="utf-8")
        docker.chmod(0o755)
        for name in NEEDED:
            source = CHECKOUT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
            copy(source, self.checkout / name)
        (self.checkout / "hiring").mkdir()
        for name in NEEDED_FILES:
            shutil.copy(CHECKOUT / name, self.checkout / name)
        for path in [self.checkout, *self.checkout.rglob("*")]:
            path.chmod(path.stat().st_mode & 0o700)

    def make(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Runs make with nothing of this machine's environment, under umask 077."""
        clean = {"PATH": str(self._tools), "CALLS": str(self._calls), "NAMED": str(self._named), "HOME": "/nonexistent"}
        return subprocess.run(
            ["make", "INFRA=docker", *arguments], cwd=self.checkout, env=clean | environ, umask=0o077,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def calls(self) -> list[str]:
        """What docker was asked to do, without the words about the project."""
        lines = self._calls.read_text(encoding="utf-8").splitlines() if self._calls.exists() else []
        return [re.sub(r"compose --project-name \S+ --file \S+( --profile \S+)*", "compose", line) for line in lines]

    def environment(self, service: str, kind: str = "app") -> dict[str, str]:
        """The environment file of a service, as `docker run --env-file` reads it: each value is taken as it is."""
        text = (self.checkout / f".envs/{kind}/services/{service}.env").read_text(encoding="utf-8")
        return dict(line.split("=", 1) for line in text.splitlines())


def is_for_everybody(path: Path) -> bool:
    """Whether users of containers can read the file or enter the folder."""
    wanted = 0o5 if path.is_dir() else 0o4
    return path.stat().st_mode & wanted == wanted
