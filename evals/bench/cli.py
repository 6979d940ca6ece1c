"""``gazette bench``: retrieval measured on articles and questions, on question cases, and in time."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import click

from evals.cli import reported

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(name="bench", help="检索基准：法条与提问进，TREC 结果出；再按结果计分。")
def bench() -> None:
    pass


@bench.command("retrieval", help="把 ARTICLES 建成索引，逐问检索，写出 TREC 结果。")
@click.option("--articles", required=True, type=_FILE, help="法条 JSONL：id、name、content。")
@click.option("--questions", required=True, type=_FILE, help="提问 JSONL：query_id、question。")
@click.option("--out", required=True, type=_FILE, help="写出的 TREC 文件。")
@click.option("--k", default=100, show_default=True, type=click.IntRange(min=1), help="每问取前几条。")
@click.option(
    "--system",
    default="full",
    show_default=True,
    help="bm25（bm25s 加结巴分词）、dense、hybrid、full（本产品所用），或任一 sentence-transformers 模型的文件夹。",
)
@click.option(
    "--store", type=click.Path(path_type=Path, file_okay=False), help="建库的文件夹，留着下次再用；默认用完即删。"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@reported
def retrieval(
    articles: Path, questions: Path, out: Path, k: int, system: str, store: Path | None, as_json: bool
) -> None:
    from assistant.cli import ProgressBar
    from evals.bench.collection import read_articles, read_questions
    from evals.bench.measures import make_room, write_run
    from evals.bench.systems import build
    from evals.statistics import nearest_rank

    asked, collection = read_questions(questions), read_articles(articles)
    make_room(out.parent)
    with tempfile.TemporaryDirectory() as temporary, ProgressBar() as progress:
        built = build(system, collection, store or Path(temporary), progress)
        run, seconds = {}, []
        for done, question in enumerate(asked, start=1):
            began = time.perf_counter()
            run[question.id] = built.system.search(question.text, k)
            seconds.append(time.perf_counter() - began)
            progress("search", done, len(asked))
    write_run(out, run, tag=system.replace(" ", "_"))
    figures = {
        "system": system,
        "articles": len(collection),
        "questions": len(asked),
        "index_seconds": round(built.seconds, 1),
        "search_ms_p50": round(1000 * (nearest_rank(seconds, 50) or 0), 1),
        "search_ms_p95": round(1000 * (nearest_rank(seconds, 95) or 0), 1),
        "out": str(out),
    }
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False, indent=1))
        return
    click.echo(f"{system}：{len(collection)} 条，{len(asked)} 问；建索引 {figures['index_seconds']} 秒，")
    click.echo(f"每问 p50 {figures['search_ms_p50']} 毫秒，p95 {figures['search_ms_p95']} 毫秒；结果写入 {out}")


@bench.command("score", help="按题目里的 gold_ids 给 TREC 结果 RUN 计分，附抽样区间。")
@click.argument("run", type=_FILE)
@click.option("--questions", required=True, type=_FILE, help="提问 JSONL：query_id、question、gold_ids。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@reported
def score_command(run: Path, questions: Path, as_json: bool) -> None:
    from evals.bench.collection import read_questions
    from evals.bench.measures import LABELS, read_run, score

    scores = score(read_run(run), read_questions(questions))
    if as_json:
        measures = {LABELS[name]: vars(interval) for name, interval in scores.measures.items()}
        click.echo(json.dumps({"questions": scores.n_questions, "measures": measures}, ensure_ascii=False, indent=1))
        return
    click.echo(f"{run.name}：{scores.n_questions} 问，95% 区间由抽样得出（种子固定）")
    for name, interval in scores.measures.items():
        click.echo(f"{LABELS[name]:<11}{interval.mean:.3f}  [{interval.low:.3f}, {interval.high:.3f}]")


@bench.command("cases", help="按题目文件 CASES 看检索：正确条款排第一、进前五的各占多少。")
@click.argument("cases_file", metavar="CASES", type=_FILE)
@click.option("--store", type=click.Path(path_type=Path, file_okay=False), help="库所在文件夹，默认只收随带公报。")
@click.option("--part", type=click.Choice(["tune", "held"]), help="只取注明 tune 或 held 的一半。")
@click.option("--verbose", is_flag=True, help="列出没排第一的题。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@reported
def cases_command(cases_file: Path, store: Path | None, part: str | None, verbose: bool, as_json: bool) -> None:
    from evals.bench.case_ranks import rank_cases

    ranks, missed = rank_cases(cases_file, store, part)
    n = len(ranks)
    figures = {
        "cases": n,
        "first": round(sum(rank == 1 for rank in ranks) / n, 3),
        "first_five": round(sum(rank <= 5 for rank in ranks) / n, 3),
        "mrr": round(sum(1 / rank for rank in ranks if rank <= 10) / n, 3),
    }
    if as_json:
        click.echo(json.dumps({**figures, "missed": missed}, ensure_ascii=False, indent=1))
        return
    click.echo(f"{n} 题：排第一 {figures['first']}，进前五 {figures['first_five']}，MRR@10 {figures['mrr']}")
    if verbose:
        for line in missed:
            click.echo(f"  {line}")


@bench.command(
    "scale", help="从一期公报到全部法律：收录、检索的时间、内存、磁盘，与裸索引及 LangChain 相比。要 [bench] 依赖。"
)
@click.option("--shared", type=click.Path(exists=True, path_type=Path), default=Path("../shared"), show_default=True)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="放结果（json、md、png）的文件夹。"
)
@reported
def scale_command(shared: Path, out: Path) -> None:
    from evals.bench.measures import make_room
    from evals.bench.scale import NEEDS, as_table, measure_scale, plot
    from evals.bench.systems import require

    # Said now and not after ten minutes.
    require(*NEEDS)
    make_room(out)
    with tempfile.TemporaryDirectory() as work:
        result = measure_scale(
            shared, Path(work), lambda line: click.echo(f"{time.strftime('%H:%M:%S')} {line}", err=True)
        )
    (out / "scale.json").write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
    table = as_table(result)
    (out / "scale.md").write_text(table + "\n", encoding="utf-8")
    plot(result, out / "scale.png")
    click.echo(table)
