"""Covariance matrices: estimates from a history, shrinkage, the nearest positive definite one."""

from sitpy.covariance.definite import make_positive_definite, working_covariance
from sitpy.covariance.factors import factor_model_shrinkage
from sitpy.covariance.sample import (
    average_shrinkage,
    create_cov_matrix,
    diagonal_shrinkage,
    exp_sample_shrinkage,
    max_shrinkage,
    min_shrinkage,
    sample_anchored_shrinkage,
    sample_mix_shrinkage,
    sample_shrinkage,
)
from sitpy.covariance.shrinkage import (
    Shrinkage,
    cov_shrink,
    ledoit_wolf_shrinkage,
    shrink_const_cor,
    shrink_diag,
    shrink_single_index,
    shrink_two_parameter,
)
from sitpy.covariance.targets import cov_2param, cov_const_cor, cov_diag, cov_market, cov_sample

__all__ = [
    "Shrinkage",
    "average_shrinkage",
    "cov_2param",
    "cov_const_cor",
    "cov_diag",
    "cov_market",
    "cov_sample",
    "cov_shrink",
    "create_cov_matrix",
    "diagonal_shrinkage",
    "exp_sample_shrinkage",
    "factor_model_shrinkage",
    "ledoit_wolf_shrinkage",
    "make_positive_definite",
    "max_shrinkage",
    "min_shrinkage",
    "sample_anchored_shrinkage",
    "sample_mix_shrinkage",
    "sample_shrinkage",
    "shrink_const_cor",
    "shrink_diag",
    "shrink_single_index",
    "shrink_two_parameter",
    "working_covariance",
]
