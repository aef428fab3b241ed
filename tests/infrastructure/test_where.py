"""Where the servers' data lies: in the checkout, or elsewhere when the servers could not work there."""

import getpass
import os
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def data_folder(checkout: Path, home: Path, data_folder: str = "") -> subprocess.CompletedProcess[str]:
    """What the scripts decide for a checkout of one's own, as the user that runs the tests."""
    script = (
        f". {CHECKOUT}/conf/stack/flow.sh; . {CHECKOUT}/conf/native/where.sh;"
        ' service_user=$2 service_environment=(PATH="$PATH"); service_group=$(id -g "$2");'
        ' elsewhere() { echo "$HOME/elsewhere"; }; decide_folder "$1/.run" && echo "$data_folder"'
    )
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script, "_", checkout, getpass.getuser()],
        env=os.environ | {"HOME": str(home), "DATA_DIR": data_folder},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["hiring", "hiring-api_2.0"])
def test_data_lies_in_the_checkout_when_its_path_is_plain(tmp_path: Path, name: str) -> None:
    """The usual case."""
    checkout = tmp_path / name
    checkout.mkdir()
    assert data_folder(checkout, tmp_path).stdout.strip() == str(checkout / ".run")


@pytest.mark.parametrize("name", ["hiring api", "it's", 'a"b', "a$b"])
def test_data_lies_elsewhere_when_the_path_needs_quotes(tmp_path: Path, name: str) -> None:
    """Redis, RabbitMQ and sh read the paths in their settings unquoted."""
    checkout = tmp_path / name
    checkout.mkdir()
    assert data_folder(checkout, tmp_path).stdout.strip() == str(tmp_path / "elsewhere")
    assert (checkout / ".run").readlink() == tmp_path / "elsewhere"


def test_data_folder_of_the_operator_is_refused_when_its_path_needs_quotes(tmp_path: Path) -> None:
    """It is named, not replaced."""
    refused = data_folder(tmp_path, tmp_path, str(tmp_path / "my data"))
    assert refused.returncode == 1
    assert "letters, digits" in refused.stderr
