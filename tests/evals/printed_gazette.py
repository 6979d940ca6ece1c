"""The clauses of the first gazette, read without ``ingest``: a second pair of eyes on our own question cases.

Twenty lines of labels and ranks are enough for one known issue. It keeps no spans and repairs nothing; it only
answers what stands under a path, so that a case cannot claim words that its clause does not print.
"""

from __future__ import annotations

import re
from pathlib import Path

GAZETTE = Path(__file__).resolve().parents[2] / "ingest" / "gazettes" / "xinyu-2023-04.txt"

#: The line that follows a document's printed title, by the name that cases use for the document.
_STARTS = {
    "新余市人民政府公报2023年第4期": "新余市人民政府公报",
    "余府发〔2023〕15号": "余府发[2023]15号 2023年6月12日",
    "余府发〔2023〕19号": "余府发[2023]19号 2023年8月11日",
    "余府字〔2023〕25号": "余府字[2023]25号 2023年5月20日",
    "余府办发〔2023〕19号": "余府办发[2023]19号 2023年5月26日",
    "余府办发〔2023〕28号": "余府办发[2023]28号 2023年7月30日",
    "余府办字〔2023〕32号": "余府办字[2023]32号 2023年8月7日",
    "优化金融供给 引流活水精准浇灌实体经济": "计 平 王敏龙 刘隐乐",
    "关于我市锂电产业发展情况的调研与思考": "章忠华 黎 昱",
    "我市2023年上半年就业形势分析": "黄铁梅 何阳洋 胡 明",
    '"数字+智慧"双驱动 提升政务服务"智"与"质"——新余市推进政务数据共享探索分析': "——新余市推进政务数据共享探索分析 廖志文 王舒君 龚 超",
    "市政府召开第38次常务会": "市政府召开第38次常务会",
    "市政府召开第39次常务会": "市政府召开第39次常务会",
    "市政府召开第40次常务会": "市政府召开第 40 次常务会",
}
#: Where the attached text of a forwarded document begins; what stands before it is the notice.
_ATTACHED = {
    "余府办发〔2023〕19号": "新余市建设工程抗震设防监管暂行办法",
    "余府办发〔2023〕28号": "新余市加快推进农业产业化高质量发展工作方案",
    "余府办字〔2023〕32号": "新余市政府信息公开审查制度(试行)",
}
_N = "[一二三四五六七八九十]+"
_LABELS = [
    (0, re.compile(rf"(第{_N}条)")),
    (0, re.compile(rf"({_N})、")),
    (1, re.compile(rf"(\({_N}\))")),
    (2, re.compile(r"(\d{1,2})\.(?!\d)")),
    (3, re.compile(r"(\(\d{1,2}\))")),
    (4, re.compile(rf"({_N}是)")),
    (0, re.compile(r"(附件)$")),
    (0, re.compile(r"(各县\(区\)人民政府、管委会可根据本工作)")),  # the closing paragraph of 28号
]
_CLOSING = "各县(区)人民政府、管委会可根据本工作"


def _document_lines() -> dict[str, list[str]]:
    text = re.sub(r" (第十八条)", r"\n\1", GAZETTE.read_text(encoding="utf-8"))  # 32号 prints two articles on one line
    lines = [line.strip().removeprefix("- ") for line in text.splitlines()]
    squashed = ["".join(line.split()) for line in lines]
    starts = sorted((squashed.index("".join(anchor.split())), name) for name, anchor in _STARTS.items())
    ends = [start for start, _ in starts[1:]] + [len(lines)]
    return {name: lines[start + 1 : end] for (start, name), end in zip(starts, ends, strict=True)}


def read_clauses() -> dict[tuple[str, str], str]:
    """Printed text under every (document, path), children included, in document order."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, lines in _document_lines().items():
        stack: list[tuple[int, str]] = []
        opening = "通知" if name.startswith("余府") and (name in _ATTACHED or "字〔2023〕25" in name) else "前言"
        for line in lines:
            if line == _ATTACHED.get(name):
                stack, opening = [], "前言"
                continue
            for rank, pattern in _LABELS:
                if match := pattern.match(line):
                    stack = [kept for kept in stack if kept[0] < rank]
                    stack.append((rank, "结尾" if match[1] == _CLOSING else match[1]))
                    break
            labels = [label for _, label in stack] or [opening]
            for depth in range(1, len(labels) + 1):
                found.setdefault((name, "/".join(labels[:depth])), []).append(line)
    return {key: "\n".join(text) for key, text in found.items()}
