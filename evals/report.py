"""A run as one HTML file that asks nothing of the network and trusts nothing that it shows.

Questions and answers are other people's text. All of it is escaped, and a content security policy forbids the page to
load anything. The filters are a few lines of script; without it every case is still there to unfold.
"""

from __future__ import annotations

from html import escape

from evals.cases import GoldCitation
from evals.measures import BY_NAME, MEASURES
from evals.printing import STATE_LABELS, TYPE_LABELS, number
from evals.scoring import ALL, CaseScores, Scores

_STYLE = """
:root{color-scheme:light dark;--line:#8886;--good:#1a7f37;--bad:#b42318}
@media(prefers-color-scheme:dark){:root{--good:#4ac26b;--bad:#ff8a80}}
body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:72rem;margin:0 auto;padding:1rem}
table{border-collapse:collapse;margin:.5rem 0;display:block;overflow-x:auto}
th,td{padding:.2rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left}
form{display:flex;flex-wrap:wrap;gap:1rem;margin:1rem 0;align-items:center}
select,input{font:inherit;min-height:2rem}
details{border:1px solid var(--line);border-radius:.4rem;margin:.4rem 0;padding:.4rem .8rem}
summary{cursor:pointer}
.right>summary::marker{color:var(--good)}.wrong>summary::marker{color:var(--bad)}
.mark{font-weight:700}.right .mark,.gold{color:var(--good)}.wrong .mark,.other{color:var(--bad)}
.text{white-space:pre-wrap;overflow-wrap:anywhere;border-left:3px solid var(--line);padding-left:.8rem;margin:.3rem 0}
dt{font-weight:700;margin-top:.6rem}dd{margin:0}
[hidden]{display:none}
"""
_SCRIPT = """
const type=document.getElementById('type'),failed=document.getElementById('failed'),shown=document.getElementById('shown');
function filter(){let n=0;for(const one of document.querySelectorAll('details')){
const hide=(type.value&&one.dataset.type!==type.value)||(failed.checked&&one.dataset.correct==='1');
one.hidden=hide;if(!hide)n++}shown.textContent=n+' 题'}
type.addEventListener('change',filter);failed.addEventListener('change',filter);filter();
"""
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


def render_report(scores: Scores) -> str:
    """The whole page."""
    config = scores.run.config
    title = f"评测报告：{scores.run.directory.name}"
    facts = [
        ("题目", f"{config.cases_file}（{len(scores.cases)} 题，没问 {scores.n_missing}，失败 {scores.n_errors}）"),
        ("语料版本", "、".join(sorted(scores.run.revisions)) or config.corpus_revision),
        ("向量模型", config.encoder),
        (
            "代码",
            f"{config.git_commit}{'（有未提交的改动）' if config.git_dirty else ''}" if config.git_commit else None,
        ),
        ("开始时间", config.started_at),
        ("用时", f"p50 {_milliseconds(scores.latency['p50'])}，p95 {_milliseconds(scores.latency['p95'])}"),
    ]
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value or '未记录')}</dd>" for name, value in facts)
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n<h1>{escape(title)}</h1>\n<dl>{rows}</dl>\n"
        f"<h2>指标</h2>\n{_overall(scores)}\n<h2>分题型</h2>\n{_by_type(scores)}\n<h2>逐题</h2>\n{_filters(scores)}\n"
        + "\n".join(_case(one) for one in scores.cases)
        + f"\n<script>{_SCRIPT}</script></body></html>\n"
    )


def _overall(scores: Scores) -> str:
    head = "<tr><th>指标</th><th>均值</th><th>95% 区间</th><th>计分</th><th>未计分</th></tr>"
    rows = [
        f"<tr><td>{escape(BY_NAME[s.measure].label)} {escape(s.measure)}</td><td>{number(s.mean)}</td>"
        f"<td>{number(s.low)} … {number(s.high)}</td><td>{s.n}</td><td>{s.n_unscored}</td></tr>"
        for s in scores.summaries
        if s.group == ALL
    ]
    return f"<table>{head}{''.join(rows)}</table>"


def _by_type(scores: Scores) -> str:
    head = "<tr><th>题型</th>" + "".join(f"<th>{escape(m.label)}</th>" for m in MEASURES) + "</tr>"
    rows = []
    for group in scores.groups:
        if group == ALL:
            continue
        cells = []
        for measure in MEASURES:
            summary = scores.summary(measure.name, group)
            cells.append(f"<td>{number(summary.mean)} <small>{summary.n}</small></td>" if summary else "<td></td>")
        rows.append(f"<tr><td>{escape(TYPE_LABELS.get(group, group))}</td>{''.join(cells)}</tr>")
    return f"<table>{head}{''.join(rows)}</table><p>小字是计分的题数。</p>"


def _filters(scores: Scores) -> str:
    options = "".join(
        f'<option value="{escape(group)}">{escape(TYPE_LABELS.get(group, group))}</option>'
        for group in scores.groups
        if group != ALL
    )
    return (
        f'<form><label>题型 <select id="type"><option value="">全部</option>{options}</select></label>'
        '<label><input type="checkbox" id="failed"> 只看没答对的</label><span id="shown" role="status"></span></form>'
    )


def _case(one: CaseScores) -> str:
    case, observation = one.case, one.observation
    verdict = "right" if one.is_correct else "wrong"
    mark = "对" if one.is_correct else "错" if observation is not None else "没问"
    earlier = "".join(f"{'问' if turn.role == 'user' else '答'}：{turn.content}\n" for turn in case.history)
    parts = [
        ("前文", _text(earlier)) if earlier else None,
        ("应当", _expected(one)),
        ("实际", _got(one)),
        ("指标", _verdicts(one)),
    ]
    body = "".join(f"<dt>{name}</dt><dd>{content}</dd>" for name, content in filter(None, parts))
    note = f"<dt>备注</dt><dd>{escape(case.note)}</dd>" if case.note else ""
    return (
        f'<details class="{verdict}" data-type="{escape(case.type)}" data-correct="{int(one.is_correct)}">'
        f'<summary><span class="mark">{mark}</span> {escape(case.id)} [{escape(TYPE_LABELS.get(case.type, case.type))}] '
        f"{escape(case.question)}</summary><dl>{body}{note}</dl></details>"
    )


def _expected(one: CaseScores) -> str:
    case = one.case
    lines = [f"状态：{STATE_LABELS.get(case.expect, case.expect)}"]
    lines += [f"引用：{_printed(case.citations)}"] if case.citations else []
    lines += [f"或引：{_printed(alternative)}" for alternative in case.alternatives if alternative]
    lines += [f"须有：{'、'.join(case.must_include)}"] if case.must_include else []
    lines += [f"须无：{'、'.join(case.must_not_include)}"] if case.must_not_include else []
    return _text("\n".join(lines))


def _got(one: CaseScores) -> str:
    observation = one.observation
    if observation is None:
        return "没有问到"
    if one.error:
        return _text(f"作答失败：{one.error}")
    response = observation.response
    lines = [
        _text(
            f"状态：{STATE_LABELS.get(response.state, response.state)}（{observation.seconds * 1000:.0f} ms）\n{response.answer}"
        )
    ]
    lines += [_text(f"检索用语：{response.query}")] if response.query and response.query != one.case.question else []
    held = observation.held or (None,) * len(response.citations)
    for citation, gold, text in zip(response.citations, observation.gold_flags, held, strict=True):
        mark = '<span class="gold">对</span>' if gold else '<span class="other">非标准答案</span>'
        lost = " 库中查无此条" if observation.held is not None and text is None else ""
        lines.append(f"<div>{mark} {escape(citation.printed)}{lost}{_text(citation.quote or '（没有引文）')}</div>")
    return "".join(lines) if response.citations else "".join(lines) + "<div>没有引用</div>"


def _verdicts(one: CaseScores) -> str:
    shown = [
        f"{BY_NAME[name].label} {'未计分' if value is None else f'{value:.2f}'}" for name, value in one.scores.items()
    ]
    observation = one.observation
    if observation is not None and observation.missing_facts:
        shown.append(f"缺：{'、'.join(observation.missing_facts)}")
    if observation is not None and observation.forbidden_words:
        shown.append(f"不该有：{'、'.join(observation.forbidden_words)}")
    return escape("；".join(shown))


def _printed(citations: tuple[GoldCitation, ...]) -> str:
    return "；".join(f"{gold.document} {gold.clause}" for gold in citations)


def _text(text: str) -> str:
    return f'<div class="text">{escape(text)}</div>'


def _milliseconds(seconds: float | None) -> str:
    return "未记录" if seconds is None else f"{seconds * 1000:.0f} ms"
