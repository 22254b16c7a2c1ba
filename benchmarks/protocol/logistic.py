"""Logistic regression (scikit-learn's), for judges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from deployments.summarizer.linguistic.judging import Judge

LEAST = 3
"""In so many examples a feature must be to be weighed."""
DIGITS = 3

Example = tuple[Mapping[str, float], bool]
"""The features of something, and whether it is what a judge looks for."""


def fitted(examples: Sequence[Example], strength: float, threshold: float) -> Judge:
    """Fit a judge with a threshold. ``strength`` is the inverse of the regularization's (scikit-learn's C)."""
    often = Counter(name for features, _ in examples for name in features)
    known = [{name: figure for name, figure in features.items() if often[name] >= LEAST} for features, _ in examples]
    vectorizer = DictVectorizer()
    rows = csr_matrix(vectorizer.fit_transform(known))
    rows.indices, rows.indptr = rows.indices.astype(np.int32), rows.indptr.astype(np.int32)
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit(rows, [right for _, right in examples])
    weights = zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)
    rounded = {str(name): round(float(weight), DIGITS) for name, weight in weights}
    return Judge(
        threshold=threshold,
        bias=round(float(model.intercept_[0]), DIGITS),
        weights={name: weight for name, weight in rounded.items() if weight},
    )
