"""A run directory survives crashes, resumes, and refuses to mix."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.cases import Case
from evals.errors import AnswererError, RunError
from evals.responses import Record
from evals.running import answer_cases, describe_run
from evals.runs import RunConfig, append_record, clear_run, exclusive, open_run, start_run
from tests.evals.scripted import ScriptedAnswerer, cited, make_case, reply

CASES = [make_case("第十六条", id=f"T-{n}", question=f"问题{n}") for n in range(1, 9)]


def scripted(**broken: Exception) -> ScriptedAnswerer:
    replies = {case.question: broken.get(case.id.replace("-", ""), reply(cited("第十六条"))) for case in CASES}
    return ScriptedAnswerer(replies, {("余府办发〔2023〕19号", "第十六条"): {"text": "20个工作日", "children": []}})


def config(cases: list[Case] = CASES, answerer: ScriptedAnswerer | None = None) -> RunConfig:
    return describe_run(Path("q.jsonl"), cases, answerer or scripted(), None)


def answer_all(directory: Path, answerer: ScriptedAnswerer) -> list[Record]:
    run = start_run(directory, CASES, config())
    return list(answer_cases(directory, run.missing, answerer))


def test_run_is_whole_after_answering(tmp_path: Path) -> None:
    answer_all(tmp_path / "run", scripted())
    run = open_run(tmp_path / "run")
    assert run.missing == []
    assert list(run.cases) == CASES
    assert run.revisions == {"r1"}
    assert run.records["T-1"].held == ("20个工作日",)
    assert run.config.settings == {"k": 3}


def test_crash_loses_one_question_and_the_rerun_asks_only_for_that(tmp_path: Path) -> None:
    directory, killed = tmp_path / "run", scripted(T4=KeyboardInterrupt())  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        answer_all(directory, killed)
    assert killed.asked == ["问题1", "问题2", "问题3", "问题4"]
    second = scripted()
    answer_all(directory, second)
    assert second.asked == ["问题4", "问题5", "问题6", "问题7", "问题8"]
    assert open_run(directory).missing == []


def test_line_torn_by_a_crash_is_cut_and_asked_again(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    answer_all(directory, scripted())
    answers = directory / "answers.jsonl"
    content = answers.read_bytes()
    answers.write_bytes(content[:-40])  # in the middle of a character, possibly
    assert [case.id for case in open_run(directory).missing] == ["T-8"]
    second = scripted()
    answer_all(directory, second)
    assert second.asked == ["问题8"]
    assert [json.loads(line)["id"] for line in answers.read_text(encoding="utf-8").splitlines()] == [
        c.id for c in CASES
    ]


def test_damage_elsewhere_is_an_error_and_names_the_line(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    answer_all(directory, scripted())
    lines = (directory / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2][:20]
    (directory / "answers.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(RunError, match="第3行"):
        open_run(directory)


def test_failed_question_is_recorded_and_asked_again(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    records = answer_all(directory, scripted(T3=RuntimeError("索引坏了")))
    assert [record.id for record in records if record.error] == ["T-3"]
    assert "索引坏了" in (open_run(directory).records["T-3"].error or "")
    second = scripted()
    answer_all(directory, second)
    assert second.asked == ["问题3"]
    assert open_run(directory).records["T-3"].error is None


def test_assistant_that_is_gone_stops_the_run(tmp_path: Path) -> None:
    gone = scripted(**{f"T{n}": ConnectionError("refused") for n in range(3, 9)})
    with pytest.raises(AnswererError, match="连续5道题"):
        answer_all(tmp_path / "run", gone)
    assert gone.asked == [f"问题{n}" for n in range(1, 8)]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"corpus_revision": "r2"}, "corpus_revision"),
        ({"encoder": "other"}, "encoder"),
        ({"settings": {"k": 9}}, "settings"),
        ({"code_sha256": "0"}, "code_sha256"),
        ({"cases_sha256": "0"}, "cases_sha256"),
    ],
)
def test_another_corpus_code_or_question_is_not_mixed_in(tmp_path: Path, change: dict, named: str) -> None:
    directory = tmp_path / "run"
    answer_all(directory, scripted())
    with pytest.raises(RunError, match=named):
        start_run(directory, CASES, config().model_copy(update=change))


def test_later_commit_alone_does_not_forbid_resuming(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    answer_all(directory, scripted())
    later = config().model_copy(update={"git_commit": "f" * 40, "git_dirty": True, "started_at": "2099-01-01"})
    assert start_run(directory, CASES, later).missing == []


def test_cleared_run_forgets_the_old_answers(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    answer_all(directory, scripted())
    clear_run(directory)
    assert start_run(directory, CASES[:2], config(CASES[:2])).missing == CASES[:2]


def test_clearing_touches_nothing_that_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "answers.jsonl").write_text("x", encoding="utf-8")
    clear_run(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.jsonl", "store"]


def test_directory_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(RunError, match=r"letter\.txt"):
        start_run(tmp_path, CASES, config())
    with pytest.raises(RunError, match="不是评测目录"):
        open_run(tmp_path)


def test_edited_copy_of_the_cases_is_noticed(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    answer_all(directory, scripted())
    copy = directory / "cases.jsonl"
    copy.write_text(copy.read_text(encoding="utf-8").replace("问题1", "问题9"), encoding="utf-8")
    with pytest.raises(RunError, match="校验值不符"):
        open_run(directory)


def test_second_writer_is_turned_away(tmp_path: Path) -> None:
    with exclusive(tmp_path), pytest.raises(RunError, match="另一个进程"), exclusive(tmp_path):
        pass


def test_last_record_of_a_case_counts(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    answer_all(directory, scripted())
    append_record(directory, Record(id="T-1", reply=reply(state="refused"), seconds=0, answered_at="x"))
    assert (open_run(directory).records["T-1"].reply or {})["state"] == "refused"
