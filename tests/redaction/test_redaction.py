"""What a text says to be secret is masked, what only looks so is not, and the time grows with the text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqmanifest.diagnostics import Fault, Pointer, show
from kqmanifest.redaction import MASK, redact, redact_step, redact_steps, redacted
from kqmanifest.redaction.lines import unread

WORD = "hunter2"


@pytest.mark.parametrize(
    "text",
    [
        "mysql -p{} -h x",
        "mysqldump --user=a -p{}",
        "redis-cli -a {}",
        "docker login -p {} x",
        "docker login -u me -p {}",
        "curl -u u:{} http://x",
        "curl \\\n -u a:{} x",
        "--password {}",
        "--token={}",
        "PGPASSWORD={} psql",
        "sshpass -p {} ssh",
        "ldapsearch -w {}",
        "mongo -u a -p {}",
        "smbclient -U u%{}",
        "mc alias set m http://h key {}",
        "openssl enc -pass pass:{}",
        "train --token \\\n {}",
        "FOO={} ./run",
        "-e foo={}",
        "-E foo={}",
        "--build-arg foo={}",
        "--environment foo={}",
        "--from-literal=k={}",
        "IDENTIFIED BY '{}'",
        "Authorization: Bearer {}",
        "Authorization: Basic {}",
        '{{"password": "{} x"}}',
        '{{\\"password\\": \\"{}\\"}}',
        "AccountKey={}==;x",
        "user:{}@host/path",
        "https://u:{}@h/x",
        "https://u:a/{}@h/x",
        "https://u:a@{}@h/x",
        "git clone https://{}@github.com/x",
        "https://x/?sig={}&a",
        "-----BEGIN RSA PRIVATE KEY-----\n{}",
        "ghp_0123456789abcdefghij{}",
        "[redis-cli, -a, {}]",
        '["mysql", "-p{}"]',
    ],
)
def test_what_is_said_to_be_secret_is_masked(text: str) -> None:
    shown = redact(text.format(WORD))
    assert WORD not in shown
    assert MASK in shown
    assert WORD not in show(text.format(WORD))


@pytest.mark.parametrize(
    "text",
    [
        "nginx:1.27@sha256:0a1b",
        "me/x:tag@sha256:0a1b",
        "https://host:8080/x@y",
        "registry.example:5000/a/b:1",
        "nfs-server:/training/1/",
        "git@github.com:a/b",
        "mailto:a@b",
        "fe80::1",
        "secretKeyRef: {name: nope-token, key: token}",
        "serviceAccountToken: {path: token}",
        "automountServiceAccountToken: false",
        "NCCL_DEBUG=INFO",
        "LR=1",
        "PW=$(OTHER)",
        "password=$PW",
        "bypass: nope",
        "curl -p 80 -a x",
        "python train.py --lr 0.1 --tokenizer bert",
    ],
)
def test_what_only_looks_so_is_shown(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "part",
    [
        *(
            "password=",
            'password="',
            "curl ",
            "mysql -p ",
            "a:",
            "a:b@",
            "://",
            "x@",
            "A",
            "A_",
            "bearer ",
            "eyJ",
            "eyJa.",
            "--a-",
            "-",
            "a",
            "\\",
        ),
        *(
            "http://a",
            "a.b-",
            "authorization",
            "sk-",
            "login ",
            "1.a:",
            "&code=",
            "-----BEGIN PRIVATE KEY-----",
            "password='\n",
            "--token, ",
        ),
    ],
)
def test_the_time_grows_with_the_text(part: str) -> None:
    def taken(length: int) -> float:
        text = part * (length // len(part))
        before = time.process_time()
        redact(text)
        unread(text, risky=True)
        return time.process_time() - before

    assert any(taken(160_000) < 10 * taken(40_000) + 0.05 for _ in range(3)), "a busy machine is slow once, not each time"


@given(st.text())
def test_what_is_redacted_stays_so(text: str) -> None:
    assert redact(redact(text)) == redact(text) or MASK in redact(text)


def test_a_key_that_holds_a_value_is_shown_up_to_it() -> None:
    assert redact_steps(("containers", 0, "env", f"PASS={WORD}")) == ("containers", 0, "env", f"PASS={MASK}")
    assert redact_steps(("env", f"PASS {WORD}")) == ("env", f"PASS {MASK}")
    assert redact_step(f"PASS:{WORD}") == f"PASS:{MASK}"
    for key in ("containers", "nvidia.com/gpu", "app.kubernetes.io/name", "学習", "a b", "$patch", "$setElementOrder/containers"):
        assert redact_step(key) == key


def test_a_redacted_place_can_still_be_followed() -> None:
    document = {"env": {f"PASS={WORD}": "x", "OTHER": "y", f"A {WORD}": "z"}}
    for key, value in document["env"].items():
        shown = Pointer.of(("env", key)).redacted
        assert WORD not in shown
        assert shown.follow(document) == value


def test_a_value_is_shown_without_its_secret() -> None:
    fault = Fault("KQ1002", "{key} and {value}")
    told = fault.at(("env", f"a:{WORD}"), key=f"a:{WORD}", value=f"b={WORD}").diagnostic()
    assert WORD not in told.message
    assert told.message == f"a:{MASK} and b={MASK}"
    assert WORD not in str(told.values)
    assert show("a" * 5000 + f" password={WORD}").endswith("…")


def test_plain_data_is_copied_without_its_secrets() -> None:
    spec = {
        "kind": "Pod",
        "containers": [{"name": "a", "env": {"A": WORD, f"B={WORD}": 1}, "args": ["-p", WORD, f"--token={WORD}"]}],
    }
    shown = redacted(spec)
    assert WORD not in str(shown)
    assert shown["containers"][0] == {
        "name": "a",
        "env": {"A": MASK, f"B={MASK}": MASK},
        "args": ["-p", MASK, f"--token={MASK}"],
    }
