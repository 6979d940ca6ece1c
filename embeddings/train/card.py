"""The model card: what the weights were made of, how, and what they were measured to do."""

from __future__ import annotations

from collections.abc import Mapping

from embeddings.train.evaluation import CUTOFFS, RetrievalScores
from embeddings.train.training import TrainingConfig

# The day the committed recipe was fixed. Not the clock: the same recipe gives the same file.
DATE = "2026-11-25"

_HEAD = """---
language: zh
tags: [static-embedding, retrieval]
---

# 政策问答默认编码器

静态字对向量：文本中每对相邻的字（以及数、外文词）有一个 {dim} 维向量，至多 {vocabulary} 项，没有学过的字对取其两字；
文本的向量是各项之和，归一化为长度 1。不分词，因此没有分错的词。由本项目从公开文本训练，未使用任何他人的权重。日期：{date}。

## 使用

```python
from embeddings.encoder import load_encoder  # 不需要 torch
load_encoder("default")
```

权重为 int8，每行一个 float32 系数；分字规则见 `embeddings/terms.py`。

## 数据与许可

| 语料 | 用途 | 许可 |
|---|---|---|
| LawRefBook/Laws 法律法规、司法解释、地方性法规 | 词表、结构训练对 | 不受著作权保护（著作权法第五条） |
| geek-plus/mirror-CN 政策文本 | 同上 | 官方文件，著作权法第五条 |
| aldohemsn/chinese-political-corpora 政府工作报告 | 同上 | 官方文件，著作权法第五条 |
| oneal2000/STARD、oneal2000/LeCoQA 提问、法条、律师答复 | 提问训练对、测量 | MIT |
| open-compass/LawBench 3-2 情景提问（模型生成） | 提问训练对 | Apache-2.0 |
| 本项目为法条、政策文件、地方性法规条款写的三万八千个口语提问（`embeddings/train/questions`；由语言模型助手读条款逐个写成） | 提问训练对 | 同本项目 |

`questions/dev.jsonl` 和新余公报未用于训练，也未用于取舍。写提问时没有看过 STARD 的提问；权重的取舍用过留出的 STARD 提问。

## 重现

```
gazette train-encoder --shared ../shared --out embeddings/models/default --seed {seed} --dim {dim} --epochs {epochs} \\
  --vocabulary {vocabulary} --batch-size {batch_size} --learning-rate {learning_rate} --temperature {temperature} \\
  --question-repeats {question_repeats} --hard-negatives {hard_negatives}{everything}
```

多线程浮点求和的次序不定，重训所得权重在末位上会有差别。
"""

_SCORES = """
## 测量

测的就是本文件夹的权重：约两成提问（按编号的散列留出）及与其雷同的提问未参与训练和词表学习。
候选文本为“法律名称 + 条号 + 正文”。“250 条以内”指每问只在其首个正确法条前后共 250 条中检索，规模与一期公报相近。
提问 {n_questions} 个，全部法条 {n_articles} 条。

| 方法 | {columns} | MRR@10 |
|---|{rules}---|
{rows}
"""

_UNMEASURED = """
## 测量

这份权重学了全部提问，不能再用这些提问测量。同一做法每次留出五分之一提问的测量见 `embeddings/DESIGN.md`，
重做：`gazette train-encoder --fold 0 --out …`（不加 --all-questions，训练后即测量），`python -m evals.fit_ranker`。
"""

_LIMITS = """
## 局限

- 词袋式的平均：不分语序，不懂否定，“甲欠乙”与“乙欠甲”同向量。应与字面检索合用。
- 没有学过的字没有向量；全为这种字或标点的文本得零向量。
- 繁体字须先转为简体。
- 过长的文本（约 500 字以上）主题会被平均掉，应先切分。
"""


def model_card(config: TrainingConfig, vocabulary_size: int, scores: Mapping[str, RetrievalScores]) -> str:
    """Returns the card in Markdown; without scores it says that nothing was measured."""
    card = _HEAD.format(
        vocabulary=vocabulary_size,
        dim=config.dim,
        date=DATE,
        seed=config.seed,
        epochs=config.epochs,
        batch_size=config.batch_size,
        learning_rate=config.learning_rate,
        temperature=config.temperature,
        question_repeats=config.question_repeats,
        hard_negatives=config.hard_negatives,
        everything="" if scores else " --all-questions",
    )
    if not scores:
        return card + _UNMEASURED + _LIMITS
    some = next(iter(scores.values()))
    rows = (
        f"| {label} | {' | '.join(f'{result.recall_at[k]:.3f}' for k in CUTOFFS)} | {result.mrr_at_10:.3f} |"
        for label, result in scores.items()
    )
    return (
        card
        + _SCORES.format(
            n_questions=some.n_questions,
            n_articles=max(result.n_candidates for result in scores.values()),
            columns=" | ".join(f"recall@{k}" for k in CUTOFFS),
            rules="---|" * len(CUTOFFS),
            rows="\n".join(rows),
        )
        + _LIMITS
    )
