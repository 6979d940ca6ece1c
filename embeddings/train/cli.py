"""`gazette train-encoder`: from the texts beside the project to a folder that any command can load."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
from tokenizers import Tokenizer

from embeddings.train.card import model_card
from embeddings.train.evaluation import (
    RetrievalScores,
    Scorer,
    bm25_scores,
    characters_and_pairs,
    dense_scores,
    fused_scores,
    jieba_words,
    over_all_articles,
    within_a_gazette,
)
from embeddings.train.pairs import provision_pairs, question_pairs
from embeddings.train.saving import write_model
from embeddings.train.sources import (
    Article,
    Provision,
    Question,
    is_held_out,
    read_articles,
    read_laws,
    read_policies,
    read_questions,
    read_scenarios,
    without_repeats,
)
from embeddings.train.tokenizer import train_tokenizer
from embeddings.train.training import TrainingConfig, train_table

DEFAULTS = TrainingConfig()
VOCABULARY_SIZE = 32_000
# Which questions are held out does not follow --seed: runs with different seeds stay comparable.
SPLIT_SEED = 7


def say(line: str) -> None:
    """Prints a line of progress to stderr, with the time."""
    click.echo(f"{time.strftime('%H:%M:%S')} {line}", err=True)


def fit(
    provisions: Sequence[Provision],
    questions: Sequence[Question],
    articles: Sequence[Article],
    config: TrainingConfig,
    vocabulary_size: int,
) -> tuple[Tokenizer, np.ndarray]:
    """Returns tokenizer and table learned from the texts given, and from nothing else."""
    texts = [provision.text for provision in provisions] + [provision.title for provision in provisions]
    texts += [text for question in questions for text in (question.text, question.answer)]
    say("学习词表")
    # Several versions of one law stand in the corpora; repeated texts count once.
    tokenizer = train_tokenizer(dict.fromkeys(texts), vocabulary_size)
    pairs = [
        *provision_pairs(provisions, random.Random(config.seed)),
        *question_pairs(questions, articles),
    ]
    say(f"词表 {tokenizer.get_vocab_size()} 个词元，训练对 {len(pairs)} 个")
    table = train_table(tokenizer, pairs, config, [article.passage for article in articles], progress=say)
    return tokenizer, table


def compare(folder: Path, questions: Sequence[Question], articles: Sequence[Article]) -> dict[str, RetrievalScores]:
    """Returns the measures of the encoder in `folder` and of BM25 on the same questions and texts, by Chinese label."""
    from embeddings.static_encoder import StaticEncoder

    dense = dense_scores(StaticEncoder(folder, name="measured"))
    lexical = bm25_scores(characters_and_pairs)
    scorers: dict[str, Scorer] = {
        "本编码器": dense,
        "BM25 单字加双字": lexical,
        "本编码器与 BM25 相加": fused_scores(dense, lexical),
    }
    if words := jieba_words():
        scorers["BM25 结巴分词"] = bm25_scores(words)
    else:
        say("没有安装 jieba，略去“BM25 结巴分词”一行（pip install jieba 后可得）")
    scores: dict[str, RetrievalScores] = {}
    for label, scorer in scorers.items():
        say(f"测量 {label}")
        scores[f"{label}，全部法条"] = over_all_articles(scorer, questions, articles)
        scores[f"{label}，250 条以内"] = within_a_gazette(scorer, questions, articles)
    return scores


@click.command(name="train-encoder")
@click.option(
    "--shared",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("../shared"),
    show_default=True,
    help="语料所在文件夹（corpora、benchmarks）。",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("embeddings/models/default"),
    show_default=True,
    help="写入模型的文件夹。",
)
@click.option("--seed", default=DEFAULTS.seed, show_default=True, help="随机种子。")
@click.option("--dim", default=DEFAULTS.dim, show_default=True, help="向量维数。", type=click.IntRange(8, 2048))
@click.option("--epochs", default=DEFAULTS.epochs, show_default=True, help="训练轮数。", type=click.IntRange(1))
@click.option(
    "--vocabulary", default=VOCABULARY_SIZE, show_default=True, help="词元个数上限。", type=click.IntRange(1000)
)
@click.option(
    "--batch-size",
    default=DEFAULTS.batch_size,
    show_default=True,
    help="同批互为反例的训练对数。",
    type=click.IntRange(2),
)
@click.option("--learning-rate", default=DEFAULTS.learning_rate, show_default=True, help="Adam 的最大步长。")
@click.option("--temperature", default=DEFAULTS.temperature, show_default=True, help="对比学习的温度。")
@click.option("--threads", default=2, show_default=True, help="使用的线程数。", type=click.IntRange(1))
@click.option(
    "--all-questions",
    is_flag=True,
    help="用全部提问训练，不留出测量用的约两成；这样训练的模型无法用这些提问测量。",
)
def train_encoder(
    shared: Path,
    out: Path,
    seed: int,
    dim: int,
    epochs: int,
    vocabulary: int,
    batch_size: int,
    learning_rate: float,
    temperature: float,
    threads: int,
    all_questions: bool,
) -> None:
    """训练随项目附带的文本编码器。

    不加选项即重现 embeddings/models/default；只读取语料文件夹，不联网。
    """
    os.environ.setdefault("RAYON_NUM_THREADS", str(threads))
    import torch

    torch.set_num_threads(threads)
    config = TrainingConfig(
        dim=dim,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        temperature=temperature,
        seed=seed,
    )
    began = time.monotonic()
    try:
        say("读取语料")
        provisions = read_laws(shared) + read_policies(shared)
        articles, lay_questions = read_articles(shared), read_questions(shared)
        scenarios = read_scenarios(shared, articles)
    except FileNotFoundError as error:
        raise click.ClickException(
            f"语料文件夹“{shared}”不完整：没有 {error.filename}。请用 --shared 指明含 corpora 与 benchmarks 的文件夹。"
        ) from error
    say(f"条款 {len(provisions)} 条，法条 {len(articles)} 条，提问 {len(lay_questions) + len(scenarios)} 个")

    held_out = [question for question in lay_questions if is_held_out(question.question_id, SPLIT_SEED)]
    kept = [*lay_questions, *scenarios]
    if not all_questions:
        ids = {question.question_id for question in held_out}
        kept = without_repeats([question for question in kept if question.question_id not in ids], held_out)
        say(f"留出 {len(held_out)} 问测量，以 {len(kept)} 问训练")
    tokenizer, table = fit(provisions, kept, articles, config, vocabulary)
    write_model(out, tokenizer, table, model_card(config, vocabulary, {}))
    scores: dict[str, RetrievalScores] = {}
    if not all_questions:
        scores = compare(out, held_out, articles)
        # The card is no part of the encoder's id, so the scores may follow the weights.
        (out / "README.md").write_text(model_card(config, vocabulary, scores), encoding="utf-8")
    for label, result in scores.items():
        click.echo(f"{label}：{result}")
    click.echo(f"已写入 {out}，用时 {time.monotonic() - began:.0f} 秒")
