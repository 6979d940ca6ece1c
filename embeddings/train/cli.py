"""`gazette train-encoder`: from the texts beside the project to a folder that any command can load."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from embeddings.pair_encoder import PairEncoder, Vocabulary
from embeddings.train.card import model_card
from embeddings.train.evaluation import (
    RetrievalScores,
    dense_scores,
    over_all_articles,
    within_a_gazette,
)
from embeddings.train.pairs import provision_pairs, question_pairs, written_pairs
from embeddings.train.saving import write_model
from embeddings.train.sources import (
    Article,
    Provision,
    Question,
    fold_of,
    read_articles,
    read_laws,
    read_policies,
    read_questions,
    read_scenarios,
    without_repeats,
)
from embeddings.train.training import TrainingConfig, train_table
from embeddings.train.vocabulary import learn_vocabulary
from embeddings.train.written import passages, read_written

DEFAULTS = TrainingConfig()
VOCABULARY_SIZE = 64_000
# Which questions are held out does not follow --seed: runs with different seeds stay comparable.
SPLIT_SEED = 7


def say(line: str) -> None:
    """Prints a line of progress to stderr, with the time."""
    click.echo(f"{time.strftime('%H:%M:%S')} {line}", err=True)


@dataclass(frozen=True)
class Material:
    """Everything that the encoder may learn from, read once.

    Attributes:
        written: Our own questions, each (id for splits, text, passages that answer it).
    """

    provisions: Sequence[Provision]
    articles: Sequence[Article]
    questions: Sequence[Question]
    scenarios: Sequence[Question]
    written: Sequence[tuple[str, str, Sequence[str]]]

    @classmethod
    def read(cls, shared: Path) -> Material:
        """Reads the folder that holds `corpora` and `benchmarks`.

        Raises:
            FileNotFoundError: a part of it is absent.
        """
        articles = read_articles(shared)
        written = [(q.question_id, q.text, found) for q, found in passages(shared, read_written(), articles) if found]
        provisions = read_laws(shared) + read_policies(shared)
        return cls(provisions, articles, read_questions(shared), read_scenarios(shared, articles), written)

    def held_out(self, fold: int) -> list[Question]:
        """The lay questions of one of five folds."""
        return [question for question in self.questions if fold_of(question.question_id, SPLIT_SEED) == fold]

    def without(self, fold: int) -> Material:
        """The material less the questions of a fold and those that repeat one of them; texts of laws stay."""
        apart = self.held_out(fold)
        ids = {question.question_id for question in apart}
        kept = without_repeats([question for question in self.questions if question.question_id not in ids], apart)
        ours = [one for one in self.written if fold_of(one[0], SPLIT_SEED) != fold]
        numbered = [Question(str(n), text, "", ()) for n, (_, text, _) in enumerate(ours)]
        written = [ours[int(question.question_id)] for question in without_repeats(numbered, apart)]
        return Material(self.provisions, self.articles, kept, without_repeats(self.scenarios, apart), written)


def fit(material: Material, config: TrainingConfig, vocabulary_size: int) -> tuple[Vocabulary, np.ndarray]:
    """Returns vocabulary and table learned from the material given, and from nothing else."""
    provisions, questions = material.provisions, [*material.questions, *material.scenarios]
    texts = [provision.text for provision in provisions] + [provision.title for provision in provisions]
    texts += [text for question in questions for text in (question.text, question.answer)]
    texts += [text for _, text, _ in material.written]
    # Several versions of one law stand in the corpora; repeated texts count once.
    vocabulary = learn_vocabulary(list(dict.fromkeys(texts)), vocabulary_size)
    pairs = [
        *provision_pairs(provisions, random.Random(config.seed)),
        *question_pairs(questions, material.articles),
        *written_pairs((text, found) for _, text, found in material.written),
    ]
    say(f"词表 {len(vocabulary)} 项，训练对 {len(pairs)} 个，其中自写提问 {len(material.written)} 个")
    pool = [article.passage for article in material.articles]
    return vocabulary, train_table(vocabulary, pairs, config, pool, progress=say)


def compare(folder: Path, questions: Sequence[Question], articles: Sequence[Article]) -> dict[str, RetrievalScores]:
    """Returns the measures of the encoder in `folder`, by Chinese label."""
    scorer = dense_scores(PairEncoder(folder, name="measured"))
    say("测量")
    return {
        "全部法条": over_all_articles(scorer, questions, articles),
        "250 条以内": within_a_gazette(scorer, questions, articles),
    }


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
    "--vocabulary",
    "vocabulary_size",
    default=VOCABULARY_SIZE,
    show_default=True,
    help="词表项数上限。",
    type=click.IntRange(1000),
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
@click.option(
    "--question-repeats",
    default=DEFAULTS.question_repeats,
    show_default=True,
    help="每轮中提问训练对出现几次。",
    type=click.IntRange(1),
)
@click.option(
    "--hard-negatives",
    default=DEFAULTS.hard_negatives,
    show_default=True,
    help="每个提问另加几条易混的法条作反例。",
    type=click.IntRange(0),
)
@click.option("--threads", default=2, show_default=True, help="使用的线程数。", type=click.IntRange(1))
@click.option("--fold", default=0, show_default=True, type=click.IntRange(0, 4), help="留出五份提问中的哪一份供测量。")
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
    vocabulary_size: int,
    batch_size: int,
    learning_rate: float,
    temperature: float,
    question_repeats: int,
    hard_negatives: int,
    threads: int,
    fold: int,
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
        question_repeats=question_repeats,
        hard_negatives=hard_negatives,
        seed=seed,
    )
    began = time.monotonic()
    try:
        say("读取语料")
        material = Material.read(shared)
    except FileNotFoundError as error:
        raise click.ClickException(
            f"语料文件夹“{shared}”不完整：没有 {error.filename}。请用 --shared 指明含 corpora 与 benchmarks 的文件夹。"
        ) from error
    asked = len(material.questions) + len(material.scenarios)
    say(f"条款 {len(material.provisions)} 条，法条 {len(material.articles)} 条，提问 {asked} 个")
    scores: dict[str, RetrievalScores] = {}
    kept = material if all_questions else material.without(fold)
    vocabulary, table = fit(kept, config, vocabulary_size)
    write_model(out, vocabulary, table, model_card(config, vocabulary_size, {}))
    if not all_questions:
        scores = compare(out, material.held_out(fold), material.articles)
        # The card is no part of the encoder's id, so the scores may follow the weights.
        (out / "README.md").write_text(model_card(config, vocabulary_size, scores), encoding="utf-8")
    for label, result in scores.items():
        click.echo(f"{label}：{result}")
    click.echo(f"已写入 {out}，用时 {time.monotonic() - began:.0f} 秒")
