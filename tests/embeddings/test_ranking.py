"""The features worked by hand, and the learned trees against the library that learned them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from embeddings.aspects import ASPECTS, agreement, asked_aspects, offered_aspects
from embeddings.encoder import load_encoder
from embeddings.ranking import BUNDLED, FEATURES, Ranker, Signals


def signals(n: int = 3, **given: np.ndarray) -> Signals:
    """Signals of n candidates of one document, all zero but what is given; two terms, the second a pair."""
    zeros = np.zeros(n, np.float32)
    matches = {field: np.zeros((n, 2), np.float32) for field in ("title", "heading", "context", "body")}
    known: dict[str, object] = {
        name: zeros
        for name in [
            "dense",
            "dense_clause",
            "lexical",
            "expanded",
            "expanded_dense",
            "title_dense",
            "length",
            "cited",
            "title_kind",
            "place",
            "depth",
            "children",
            "row",
            "parent_dense",
            "parent_lexical",
        ]
    }
    known |= {"matches": matches, "idf": np.array([1, 3], np.float32), "pairs": np.array([False, True])}
    known |= {"near_dense": np.zeros((4, n), np.float32), "near_lexical": np.zeros((4, n), np.float32)}
    known |= {"document": np.zeros(n, np.int64), "agreement": np.zeros((n, len(ASPECTS)), np.float32)}
    return Signals(**{**known, "question_length": 7, "corpus": 99, **given})  # type: ignore[arg-type]


def column(features: np.ndarray, name: str) -> list[float]:
    return features[:, FEATURES.index(name)].tolist()


def test_scores_are_told_relative_to_the_best_and_to_the_question():
    found = signals(dense=np.array([0.5, 0.9, 0.5], np.float32), lexical=np.array([0, 2, 4], np.float32)).features()
    assert found.dtype == np.float32 and found.shape == (3, len(FEATURES))
    np.testing.assert_allclose(column(found, "dense_gap"), [-0.4, 0, -0.4], atol=1e-6)
    # Two are larger than neither of the equal ones but one: they share a rank.
    np.testing.assert_allclose(column(found, "dense_rank"), np.log1p([1, 0, 1]), atol=1e-6)
    # The question's terms weigh 1 + 3.
    np.testing.assert_allclose(column(found, "lexical"), [0, 0.5, 1], atol=1e-6)
    np.testing.assert_allclose(column(found, "lexical_gap"), [-1, -0.5, 0], atol=1e-6)
    assert column(found, "question_length") == [7, 7, 7]


def test_coverage_counts_pairs_and_characters_apart_and_by_field():
    body = np.array([[0.4, 0], [0, 0.2], [0, 0]], np.float32)
    title = np.array([[0, 0], [0, 0], [0, 0.9]], np.float32)
    empty = np.zeros((3, 2), np.float32)
    found = signals(matches={"title": title, "heading": empty, "context": empty, "body": body}).features()
    assert column(found, "singles_body") == [1, 0, 0]
    assert column(found, "pairs_body") == [0, 1, 0]
    assert column(found, "pairs_title") == [0, 0, 1]
    assert column(found, "pairs_any") == [0, 1, 1]
    assert column(found, "rarest") == [0, 3, 0]


def test_a_document_speaks_by_its_third_best_entry():
    found = signals(
        5, dense=np.array([0.9, 0.7, 0.5, 0.1, 0.8], np.float32), document=np.array([4, 4, 4, 4, 9])
    ).features()
    np.testing.assert_allclose(column(found, "document_dense"), [0.5, 0.5, 0.5, 0.5, 0.8], atol=1e-6)
    np.testing.assert_allclose(column(found, "in_document"), np.log1p([4, 4, 4, 4, 1]), atol=1e-6)


@pytest.mark.parametrize(
    ("question", "text", "aspect"),
    [
        ("补贴能拿多少钱", "给予一次性补助三万元", "money"),
        ("多久能办下来", "自受理之日起二十个工作日内作出决定", "time"),
        ("这事归哪个部门管", "由市应急管理局牵头负责", "who"),
        ("什么叫重大工程", "本办法所称重大工程，是指下列建设工程", "meaning"),
        ("要带什么材料", "提交身份证和户口簿", "papers"),
        ("不交会怎么样", "责令限期改正，处一万元以下罚款", "penalty"),
        ("从什么时候开始执行", "本办法自2023年9月1日起施行", "start"),
    ],
)
def test_a_question_and_a_text_agree_on_an_aspect(question, text, aspect):
    n = ASPECTS.index(aspect)
    assert asked_aspects(question)[n] and offered_aspects(text) >> n & 1
    offered = np.array([offered_aspects(text), 0])
    assert agreement(asked_aspects(question), offered, np.zeros(2))[:, n].tolist() == [1, -1]
    # Not asked for: it says nothing.
    assert agreement(asked_aspects("养老"), offered, np.zeros(2))[:, n].tolist() == [0, 0]


def test_two_clauses_under_one_make_a_list():
    n = ASPECTS.index("list")
    asked = asked_aspects("重大工程包括哪些")
    assert agreement(asked, np.array([0, 0]), np.array([1, 2]))[:, n].tolist() == [-1, 1]


def test_trees_score_as_their_library_scores_them():
    import lightgbm

    from evals.fit_ranker import flattened

    rng = np.random.default_rng(5)
    features = rng.normal(size=(600, len(FEATURES))).astype(np.float32)
    grades = (features[:, 0] + features[:, 3] * (features[:, 5] > 0) > 1).astype(int)
    model = lightgbm.LGBMRanker(n_estimators=30, num_leaves=9, min_child_samples=5, verbose=-1, n_jobs=1)
    model.fit(features, grades, group=[60] * 10)
    ranker = Ranker(json.loads(json.dumps(flattened(model, "an-encoder"))))
    # Thresholds lie between values of the training rows; on them equality is decided as the library does.
    np.testing.assert_allclose(ranker.scores(features), model.booster_.predict(features), atol=1e-5)
    assert ranker.scores(features[:0]).shape == (0,)


def test_the_bundled_model_belongs_to_the_bundled_encoder():
    ranker = Ranker.load()
    assert ranker.encoder_id == load_encoder().encoder_id
    assert BUNDLED.stat().st_size < 1_000_000


def test_a_model_of_other_features_is_refused():
    record = json.loads(BUNDLED.read_text(encoding="utf-8"))
    with pytest.raises(ValueError, match="other features"):
        Ranker({**record, "features": record["features"][1:]})
