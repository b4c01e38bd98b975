"""`python -m bot health`, as a container's health check runs it."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bot.cli import main


@pytest.fixture
def page(monkeypatch, tmp_path):
    """A page that answers what it is told; its port is the settings'."""
    answer = {"status": 200, "body": b'{"status": "ok", "problems": []}'}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            assert self.path == "/healthz"
            self.send_response(answer["status"])
            self.end_headers()
            self.wfile.write(answer["body"])

        def log_message(self, *_):
            pass

    monkeypatch.chdir(tmp_path)
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("HEALTH_PORT", str(server.server_port))
        yield answer
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("host", ["", "0.0.0.0", "127.0.0.1"])
def test_a_bot_that_serves_members_is_0(page, monkeypatch, capsys, host):
    monkeypatch.setenv("HEALTH_HOST", host)
    assert main(["health"]) == 0
    assert capsys.readouterr().out == "ok\n"


def test_one_in_trouble_is_1_with_its_problems(page, capsys):
    page.update(status=503, body=b'{"problems": ["not connected to Discord"]}')
    assert main(["health"]) == 1
    assert capsys.readouterr().out == "not connected to Discord\n"


@pytest.mark.parametrize("body", [b"", b"<html>"])
def test_another_s_page_is_1_in_words(page, capsys, body):
    page.update(body=body)
    assert main(["health"]) == 1
    assert "no answer from 127.0.0.1" in capsys.readouterr().err


def test_nobody_there_is_1_and_no_port_is_2(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HEALTH_PORT", "1")
    assert main(["health"]) == 1
    for port in ("", "0"):
        monkeypatch.setenv("HEALTH_PORT", port)
        assert main(["health"]) == 2
    assert "HEALTH_PORT" in capsys.readouterr().err
