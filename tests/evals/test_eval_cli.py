"""The commands from end to end, against a real HTTP server that keeps to the contract."""

from __future__ import annotations

import json
import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from click.testing import CliRunner, Result

from evals.cli import evaluate
from tests.evals.scripted import SEISMIC, cited, make_case, reply

QUOTE = "20个工作日内公开"
CASES = [
    make_case(
        "第十六条", id=f"T-{n}", question=f"问题{n}", must_include=["20个工作日"], note="tune" if n % 2 else "held"
    )
    for n in range(1, 21)
]


class Service:
    """What the server answers with; tests change it between runs."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.reply = reply(cited("第十六条/第2款", quote=QUOTE), answer="20个工作日")
        self.broken: set[str] = set()
        self.n_busy = 0
        self.url = ""


@pytest.fixture
def service() -> Iterator[Service]:
    state = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.asked.append(body)
            if state.n_busy:
                state.n_busy -= 1
                self._send(429, {"error": {"code": "rate_limited", "message": "请求过于频繁", "detail": None}})
            elif body["question"] in state.broken:
                self._send(500, {"error": {"code": "internal", "message": "出错", "detail": None}})
            else:
                self._send(200, state.reply)

        def do_GET(self) -> None:
            address = urllib.parse.urlparse(self.path)
            query = dict(urllib.parse.parse_qsl(address.query))
            if address.path == "/readyz":
                self._send(200, {"ready": True})
            elif query == {"document": SEISMIC, "clause": "第十六条/第2款"}:
                self._send(200, {"text": f"应当在检查完成之日起 {QUOTE}检查结果", "children": []})
            else:
                self._send(404, {"error": {"code": "unknown_clause", "message": "没有", "detail": None}})

        def _send(self, status: int, content: dict[str, Any]) -> None:
            data = json.dumps(content, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            if status == 429:
                self.send_header("Retry-After", "7")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(case.model_dump_json() + "\n" for case in CASES), encoding="utf-8")
    return path


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(evaluate, [str(argument) for argument in arguments])


def run_to(directory: Path, questions: Path, service: Service, *more: str) -> Result:
    return invoke("run", questions, "--out", directory, "--url", service.url, *more)


def test_answer_once_and_score_from_the_store(tmp_path: Path, questions: Path, service: Service) -> None:
    result = run_to(tmp_path / "run", questions, service, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["n_answered"] == len(CASES)
    assert service.asked[0] == {"question": "问题1", "history": []}
    service.url = ""
    scored = json.loads(invoke("score", tmp_path / "run", "--json").stdout)
    assert scored["measures"]["correct"]["mean"] == 1.0
    assert scored["measures"]["quote_fidelity"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "n": 20, "n_unscored": 0}
    assert scored["by_type"]["number"]["clause_recall"]["n"] == 20
    assert scored["revisions"] == ["r1"]
    assert scored["cases"]["T-1"]["first_citation"] == 1.0


def test_terminal_summary_names_every_measure_that_is_about_a_case(
    tmp_path: Path, questions: Path, service: Service
) -> None:
    from evals.measures import MEASURES

    run_to(tmp_path / "run", questions, service)
    output = invoke("score", tmp_path / "run").output
    for measure in MEASURES:
        assert (measure.name in output) is any(measure.applies(case) for case in CASES), measure.name


def test_parts_are_asked_and_scored_on_their_own(tmp_path: Path, questions: Path, service: Service) -> None:
    run_to(tmp_path / "run", questions, service)
    assert json.loads(invoke("score", tmp_path / "run", "--part", "held", "--json").stdout)["n_cases"] == 10
    service.asked.clear()
    run_to(tmp_path / "tune", questions, service, "--part", "tune")
    assert [body["question"] for body in service.asked] == [f"问题{n}" for n in range(1, 20, 2)]


def test_failed_question_gives_a_failing_exit_and_is_asked_again(
    tmp_path: Path, questions: Path, service: Service
) -> None:
    service.broken = {"问题3"}
    result = run_to(tmp_path / "run", questions, service)
    assert result.exit_code == 1
    assert "失败 1" in result.output and "T-3" in result.output
    scored = json.loads(invoke("score", tmp_path / "run", "--json").stdout)
    assert (scored["n_errors"], scored["measures"]["correct"]["mean"]) == (1, 0.95)
    service.broken, service.asked = set(), []
    again = run_to(tmp_path / "run", questions, service)
    assert again.exit_code == 0
    assert "已有 19 道" in again.output
    assert [body["question"] for body in service.asked] == ["问题3"]


def test_compare_gate_fails_on_a_fall_only(tmp_path: Path, questions: Path, service: Service) -> None:
    run_to(tmp_path / "a", questions, service)
    service.reply = reply(state="refused")
    run_to(tmp_path / "b", questions, service)
    assert invoke("compare", tmp_path / "a", tmp_path / "b").exit_code == 0
    fell = invoke("compare", tmp_path / "a", tmp_path / "b", "--gate", "--json")
    assert fell.exit_code == 1
    assert "correct" in fell.stderr
    assert len(json.loads(fell.stdout)["lost"]) == 20
    rose = invoke("compare", tmp_path / "b", tmp_path / "a", "--gate")
    assert rose.exit_code == 0, rose.output
    assert "答对了的 20" in rose.output


def test_gate_against_a_baseline(tmp_path: Path, questions: Path, service: Service) -> None:
    base = tmp_path / "base.json"
    run_to(tmp_path / "a", questions, service)
    assert invoke("gate", tmp_path / "a", "--baseline", base).exit_code == 1  # none yet
    assert invoke("gate", tmp_path / "a", "--baseline", base, "--update").exit_code == 0
    assert invoke("gate", tmp_path / "a", "--baseline", base).exit_code == 0
    service.reply = reply(cited("第十六条/第2款", quote="改过的引文"), answer="20个工作日")
    run_to(tmp_path / "b", questions, service)
    result = invoke("gate", tmp_path / "b", "--baseline", base)
    assert result.exit_code == 1
    assert "quote_fidelity" in result.output


def test_gate_refuses_a_run_with_holes_and_a_stale_baseline(tmp_path: Path, questions: Path, service: Service) -> None:
    base = tmp_path / "base.json"
    run_to(tmp_path / "a", questions, service)
    invoke("gate", tmp_path / "a", "--baseline", base, "--update")
    run_to(tmp_path / "part", questions, service, "--limit", "5")
    stale = invoke("gate", tmp_path / "part", "--baseline", base)
    assert stale.exit_code == 1 and "--update" in stale.output
    answers = tmp_path / "a" / "answers.jsonl"
    answers.write_text("".join(answers.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    holes = invoke("gate", tmp_path / "a", "--baseline", base)
    assert holes.exit_code == 1 and "1 道没问" in holes.output


def test_report_is_written_beside_the_run(tmp_path: Path, questions: Path, service: Service) -> None:
    run_to(tmp_path / "run", questions, service)
    result = invoke("report", tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert "问题20" in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")


def test_fresh_run_leaves_nothing_of_the_old_one(tmp_path: Path, questions: Path, service: Service) -> None:
    run_to(tmp_path / "run", questions, service)
    invoke("report", tmp_path / "run")
    result = run_to(tmp_path / "run", questions, service, "--limit", "3", "--fresh")
    assert result.exit_code == 0, result.output
    assert not (tmp_path / "run" / "report.html").exists()
    assert json.loads(invoke("score", tmp_path / "run", "--json").stdout)["n_cases"] == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["score", "absent"], "不是评测目录"),
        (["report", "absent"], "不是评测目录"),
        (["compare", "absent", "absent"], "不是评测目录"),
        (["gate", "absent"], "不是评测目录"),
        (["run", "absent.jsonl", "--out", "x"], "没有这个文件"),
    ],
)
def test_failure_is_one_chinese_line_and_a_failing_exit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(evaluate, arguments)
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output


def test_server_that_asks_for_patience_gets_it(service: Service) -> None:
    from evals.answering import HttpAnswerer

    waits: list[float] = []
    answerer, service.n_busy = HttpAnswerer(service.url, sleep=waits.append), 2
    assert answerer.ask("问题1", ())["state"] == "answered"
    assert waits == [7.0, 7.0]
    service.n_busy = 99
    with pytest.raises(HTTPError):
        answerer.ask("问题1", ())
    assert len(waits) == 6, "five tries, four waits"


def test_server_that_is_not_there_is_named(tmp_path: Path, questions: Path) -> None:
    result = invoke("run", questions, "--out", tmp_path / "run", "--url", "http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "没有就绪的服务" in result.output


def test_every_command_has_json_and_chinese_help() -> None:
    for name, command in evaluate.commands.items():
        assert "--json" in {option for parameter in command.params for option in parameter.opts}, name
        assert any("一" <= character <= "鿿" for character in command.help or ""), name
