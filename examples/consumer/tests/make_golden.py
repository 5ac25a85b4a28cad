"""Writes what scikit-learn computes from the samples below as C tables.
SPDX-License-Identifier: BSD-3-Clause

usage: python make_golden.py > golden.h
"""
import numpy
import sklearn
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

rng = numpy.random.default_rng(20)
X = numpy.round(rng.normal(size=(12, 4)) @ rng.normal(size=(4, 4)) * 3 + [1, -20, 300, 0], 3)
Y = numpy.round(X @ rng.normal(size=(4, 2)) + rng.normal(size=(12, 2)), 3)


def table(name, values):
    values = numpy.asarray(values, dtype=float)
    shape = ''.join(f'[{extent}]' for extent in values.shape) or '[1]'
    rows = values.reshape(-1, values.shape[-1] if values.ndim else 1)
    lines = ',\n    '.join(', '.join(repr(float(value)) for value in row) for row in rows)
    flat = f'[{values.size}]'
    print(f'/* {shape} */\nstatic const double golden_{name}{flat} = {{\n    {lines}}};')


print('/* What scikit-learn computes: made by tests/make_golden.py\n'
      f' * with scikit-learn {sklearn.__version__}, NumPy {numpy.__version__}.\n'
      ' * SPDX-License-Identifier: BSD-3-Clause */')
table('x', X)
table('y', Y)
scaler = StandardScaler().fit(X)
table('scaler_mean', scaler.mean_)
table('scaler_scale', scaler.scale_)
table('scaled', scaler.transform(X))
pca = PCA(n_components=2, svd_solver='full').fit(X)
# A component may point either way; here its element of largest magnitude is positive.
peaks = pca.components_[range(2), numpy.abs(pca.components_).argmax(axis=1)]
table('pca_components', pca.components_ * numpy.sign(peaks)[:, None])
table('pca_variance', pca.explained_variance_)
table('pca_ratio', pca.explained_variance_ratio_)
table('pca_singular_values', pca.singular_values_)
table('pca_transformed', pca.transform(X) * numpy.sign(peaks))
ridge = Ridge(alpha=0.5, solver='svd').fit(X, Y)
table('ridge_coef', ridge.coef_)
table('ridge_intercept', ridge.intercept_)
table('ridge_predicted', ridge.predict(X))
plain = Ridge(alpha=2.0, solver='svd', fit_intercept=False).fit(X, Y[:, 0])
table('ridge_plain_coef', plain.coef_)
