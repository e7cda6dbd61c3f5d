# The public names of sitpy by topic: this file is what type checkers read and what sitpy/__init__.py loads lazily.

# errors
from .errors import BankruptError as BankruptError
from .errors import InfeasibleError as InfeasibleError
from .errors import InputError as InputError
from .errors import NotSolvedError as NotSolvedError
from .errors import RScriptError as RScriptError
from .errors import RSyntaxError as RSyntaxError
from .errors import SimulatedDataWarning as SimulatedDataWarning
from .errors import SitpyError as SitpyError
from .errors import SitpyWarning as SitpyWarning
from .errors import UnboundedError as UnboundedError
from .errors import UntranslatedError as UntranslatedError

# constraints
from .constraints import Constraints as Constraints
from .constraints import add_cardinality as add_cardinality
from .constraints import add_constraints as add_constraints
from .constraints import add_long_short as add_long_short
from .constraints import add_variables as add_variables
from .constraints import create_basic_constraints as create_basic_constraints
from .constraints import delete_constraints as delete_constraints
from .constraints import merge_constraints as merge_constraints
from .constraints import new_constraints as new_constraints
from .constraints import type_constraints as type_constraints

# input assumptions
from .inputs import InputAssumptions as InputAssumptions
from .inputs import aa_test_create_ia as aa_test_create_ia
from .inputs import aa_test_create_ia_country as aa_test_create_ia_country
from .inputs import aa_test_create_ia_custom as aa_test_create_ia_custom
from .inputs import aa_test_create_ia_rebal as aa_test_create_ia_rebal
from .inputs import aa_test_hist_capitalization as aa_test_hist_capitalization
from .inputs import aa_test_ia_add_short as aa_test_ia_add_short
from .inputs import create_historical_ia as create_historical_ia
from .inputs import create_ia as create_ia
from .inputs import create_ia_averaged as create_ia_averaged
from .inputs import create_ia_period as create_ia_period
from .inputs import create_ia_subset as create_ia_subset
from .inputs import ia_build_hist as ia_build_hist
from .inputs import momentum_averaged as momentum_averaged
from .inputs import update_ia as update_ia
from . import data as data

# solvers
from .solvers.branch_and_bound import bbb_control as bbb_control
from .solvers.branch_and_bound import binary_branch_bound as binary_branch_bound
from .solvers.certificate import certificate as certificate
from .solvers.limits import Limits as Limits
from .solvers.linear import solve_LP_bounds as solve_LP_bounds
from .solvers.quadratic import solve_QP as solve_QP
from .solvers.quadratic import solve_QP_bounds as solve_QP_bounds
from .solvers.regression import find_maximum_distance_point as find_maximum_distance_point
from .solvers.regression import lm_constraint as lm_constraint
from .solvers.regression import ols as ols
from .solvers.regression import tls as tls

# risk models as constraints
from .risk_models import add_constraint_cdar as add_constraint_cdar
from .risk_models import add_constraint_cvar as add_constraint_cvar
from .risk_models import add_constraint_gini as add_constraint_gini
from .risk_models import add_constraint_mad as add_constraint_mad
from .risk_models import add_constraint_mad_downside as add_constraint_mad_downside
from .risk_models import add_constraint_maxloss as add_constraint_maxloss
from .risk_models import add_constraint_omega as add_constraint_omega

# measures of given weights
from .measures import aritm2geom as aritm2geom
from .measures import aritm2geom4 as aritm2geom4
from .measures import compute_drawdowns as compute_drawdowns
from .measures import geom2aritm as geom2aritm
from .measures import geom2aritm4 as geom2aritm4
from .measures import portfolio_avgcor as portfolio_avgcor
from .measures import portfolio_avgcor_real as portfolio_avgcor_real
from .measures import portfolio_cdar as portfolio_cdar
from .measures import portfolio_cdar_real as portfolio_cdar_real
from .measures import portfolio_cdar_ru as portfolio_cdar_ru
from .measures import portfolio_concentration_gini_coefficient as portfolio_concentration_gini_coefficient
from .measures import portfolio_concentration_herfindahl_index as portfolio_concentration_herfindahl_index
from .measures import portfolio_cvar as portfolio_cvar
from .measures import portfolio_cvar_ru as portfolio_cvar_ru
from .measures import portfolio_geometric_return as portfolio_geometric_return
from .measures import portfolio_gini_coefficient as portfolio_gini_coefficient
from .measures import portfolio_mad as portfolio_mad
from .measures import portfolio_mad_downside as portfolio_mad_downside
from .measures import portfolio_maxloss as portfolio_maxloss
from .measures import portfolio_omega as portfolio_omega
from .measures import portfolio_return as portfolio_return
from .measures import portfolio_risk as portfolio_risk
from .measures import portfolio_risk_contribution as portfolio_risk_contribution
from .measures import portfolio_risk_downside as portfolio_risk_downside
from .measures import portfolio_turnover as portfolio_turnover
from .measures import portfolio_unrebalanced_return as portfolio_unrebalanced_return
from .measures import portfolio_var as portfolio_var

# covariance
from .covariance import average_shrinkage as average_shrinkage
from .covariance import cov_2param as cov_2param
from .covariance import cov_const_cor as cov_const_cor
from .covariance import cov_diag as cov_diag
from .covariance import cov_market as cov_market
from .covariance import cov_sample as cov_sample
from .covariance import cov_shrink as cov_shrink
from .covariance import create_cov_matrix as create_cov_matrix
from .covariance import diagonal_shrinkage as diagonal_shrinkage
from .covariance import exp_sample_shrinkage as exp_sample_shrinkage
from .covariance import factor_model_shrinkage as factor_model_shrinkage
from .covariance import ledoit_wolf_shrinkage as ledoit_wolf_shrinkage
from .covariance import make_positive_definite as make_positive_definite
from .covariance import max_shrinkage as max_shrinkage
from .covariance import min_shrinkage as min_shrinkage
from .covariance import sample_anchored_shrinkage as sample_anchored_shrinkage
from .covariance import sample_mix_shrinkage as sample_mix_shrinkage
from .covariance import sample_shrinkage as sample_shrinkage
from .covariance import shrink_const_cor as shrink_const_cor
from .covariance import shrink_diag as shrink_diag
from .covariance import shrink_single_index as shrink_single_index
from .covariance import shrink_two_parameter as shrink_two_parameter

# Black-Litterman
from .black_litterman import bl_compute_eqret as bl_compute_eqret
from .black_litterman import bl_compute_optimal as bl_compute_optimal
from .black_litterman import bl_compute_posterior as bl_compute_posterior
from .black_litterman import bl_compute_risk_aversion as bl_compute_risk_aversion
from .black_litterman import bl_confidence_omega as bl_confidence_omega
from .black_litterman import bl_views as bl_views

# portfolios
from .portfolios.allocation import equal_weight_portfolio as equal_weight_portfolio
from .portfolios.allocation import get_risky_asset_index as get_risky_asset_index
from .portfolios.allocation import inverse_variance_portfolio as inverse_variance_portfolio
from .portfolios.allocation import risk_parity_portfolio as risk_parity_portfolio
from .portfolios.allocation import risk_parity_portfolio_basic as risk_parity_portfolio_basic
from .portfolios.allocation import set_risky_asset as set_risky_asset
from .portfolios.allocation import static_weight_portfolio as static_weight_portfolio
from .portfolios.correlation import min_corr as min_corr
from .portfolios.correlation import min_corr2 as min_corr2
from .portfolios.correlation import min_corr2_portfolio as min_corr2_portfolio
from .portfolios.correlation import min_corr_excel as min_corr_excel
from .portfolios.correlation import min_corr_excel_portfolio as min_corr_excel_portfolio
from .portfolios.correlation import min_corr_portfolio as min_corr_portfolio
from .portfolios.correlation import min_var2 as min_var2
from .portfolios.correlation import min_var2_portfolio as min_var2_portfolio
from .portfolios.correlation import min_var_excel as min_var_excel
from .portfolios.correlation import min_var_excel_portfolio as min_var_excel_portfolio
from .portfolios.equal_risk import equal_risk_contribution_portfolio as equal_risk_contribution_portfolio
from .portfolios.equal_risk import find_erc_portfolio as find_erc_portfolio
from .portfolios.equal_risk import find_erc_portfolio_simple as find_erc_portfolio_simple
from .portfolios.feasibility import why_infeasible as why_infeasible
from .portfolios.hierarchical import hierarchical_risk_parity as hierarchical_risk_parity
from .portfolios.linear_objective import lp_obj_portfolio as lp_obj_portfolio
from .portfolios.linear_objective import min_portfolio as min_portfolio
from .portfolios.linear_objective import optimize_portfolio as optimize_portfolio
from .portfolios.sharpe import max_sharpe_nlp_portfolio as max_sharpe_nlp_portfolio
from .portfolios.sharpe import max_sharpe_portfolio as max_sharpe_portfolio
from .portfolios.sharpe import max_sharpe_portfolio_axioma as max_sharpe_portfolio_axioma
from .portfolios.sharpe import max_sharpe_portfolio_helper as max_sharpe_portfolio_helper
from .portfolios.tail_risk import min_cdar as min_cdar
from .portfolios.tail_risk import min_cvar as min_cvar
from .portfolios.tail_risk import min_mad_downside as min_mad_downside
from .portfolios.tail_risk import min_risk_downside as min_risk_downside
from .portfolios.targets import ef_portfolio as ef_portfolio
from .portfolios.targets import target_return_portfolio as target_return_portfolio
from .portfolios.targets import target_return_portfolio_helper as target_return_portfolio_helper
from .portfolios.targets import target_risk_portfolio as target_risk_portfolio
from .portfolios.targets import target_risk_portfolio_helper as target_risk_portfolio_helper
from .portfolios.variance import max_div_portfolio as max_div_portfolio
from .portfolios.variance import min_te_portfolio as min_te_portfolio
from .portfolios.variance import min_var_portfolio as min_var_portfolio
from .portfolios.minimum import max_return_portfolio as max_return_portfolio
from .portfolios.nonlinear import max_geometric_return_portfolio as max_geometric_return_portfolio
from .portfolios.nonlinear import min_avgcor_portfolio as min_avgcor_portfolio
from .portfolios.omega import max_omega_portfolio as max_omega_portfolio
from .portfolios.downside import min_mad_downside_portfolio as min_mad_downside_portfolio
from .portfolios.downside import min_risk_downside_portfolio as min_risk_downside_portfolio
from .portfolios.gini import min_gini_portfolio as min_gini_portfolio
from .portfolios.minimum import min_cdar_portfolio as min_cdar_portfolio
from .portfolios.minimum import min_cor_insteadof_cov_portfolio as min_cor_insteadof_cov_portfolio
from .portfolios.minimum import min_cvar_portfolio as min_cvar_portfolio
from .portfolios.minimum import min_mad_portfolio as min_mad_portfolio
from .portfolios.minimum import min_maxloss_portfolio as min_maxloss_portfolio
from .portfolios.minimum import min_risk_portfolio as min_risk_portfolio

# groups and strategies
from .portfolios.clusters import cluster_group_FTCA as cluster_group_FTCA
from .portfolios.clusters import cluster_group_hclust as cluster_group_hclust
from .portfolios.clusters import cluster_group_kmeans_90 as cluster_group_kmeans_90
from .portfolios.clusters import cluster_group_kmeans_elbow as cluster_group_kmeans_elbow
from .portfolios.groups import distribute_weights as distribute_weights
from .portfolios.groups import empty_group as empty_group
from .portfolios.groups import static_group as static_group
from .portfolios.strategy_names import get_algo as get_algo
from .portfolios.strategy_names import get_group as get_group
from .portfolios.strategy_names import map_min_risk_fns as map_min_risk_fns

# sampling
from .portfolios.averaged import random_hist as random_hist
from .portfolios.averaged import random_hist_weight as random_hist_weight
from .portfolios.averaged import rso_portfolio as rso_portfolio
from .portfolios.sampling import asset_paths as asset_paths
from .portfolios.sampling import randfixedsum as randfixedsum

# frontiers
from .frontier.omega import portopt_omega as portopt_omega
from .frontier.path import FrontierPath as FrontierPath
from .frontier.path import frontier_path as frontier_path
from .frontier.result import Frontier as Frontier
from .frontier.resampled import portopt_resampled as portopt_resampled
from .frontier.trace import portopt as portopt

# pictures
from .plots import layout as layout
from .plots import plot_add_portfolios as plot_add_portfolios
from .plots import plot_ef as plot_ef
from .plots import plot_ia as plot_ia
from .plots import plot_omega as plot_omega
from .plots import plot_transition_map as plot_transition_map
from .plots import plot_transitopn_map as plot_transitopn_map
from .plots import plotbt as plotbt
from .plots import plotbt_custom_report as plotbt_custom_report
from .plots import plotbt_holdings as plotbt_holdings
from .plots import plotbt_holdings_time as plotbt_holdings_time
from .plots import plotbt_monthly_table as plotbt_monthly_table
from .plots import plotbt_strategy_sidebyside as plotbt_strategy_sidebyside
from .plots import plotbt_transition_map as plotbt_transition_map
from .plots import strategy_performance_snapshoot as strategy_performance_snapshoot
from .plots import strategy_performance_snapshot as strategy_performance_snapshot

# pages
from .pages import report as report

# stored results
from .reference import compare as compare
from .reference import load_frontier as load_frontier

# backtests
from .backtest.account import bt_account as bt_account
from .backtest.book import Account as Account
from .backtest.data import bt_apply as bt_apply
from .backtest.data import bt_apply_matrix as bt_apply_matrix
from .backtest.data import bt_merge as bt_merge
from .backtest.data import bt_prep as bt_prep
from .backtest.engine import bt_run as bt_run
from .backtest.engine import bt_run_share as bt_run_share
from .backtest.engine import bt_run_weight_fast as bt_run_weight_fast
from .backtest.engine import bt_simple as bt_simple
from .backtest.environment import BacktestData as BacktestData
from .backtest.key_days import calendar_signal as calendar_signal
from .backtest.key_days import calendar_strategy as calendar_strategy
from .backtest.losses import compute_avg_drawdown as compute_avg_drawdown
from .backtest.losses import compute_cdar as compute_cdar
from .backtest.losses import compute_cvar as compute_cvar
from .backtest.losses import compute_drawdown as compute_drawdown
from .backtest.losses import compute_max_drawdown as compute_max_drawdown
from .backtest.losses import compute_var as compute_var
from .backtest.model import BacktestModel as BacktestModel
from .backtest.model import bt_summary as bt_summary
from .backtest.report import bt_detail_summary as bt_detail_summary
from .backtest.report import bt_trim as bt_trim
from .backtest.report import compute_max_deviation as compute_max_deviation
from .backtest.report import compute_stats as compute_stats
from .backtest.report import compute_turnover as compute_turnover
from .backtest.selection import bt_change_periodicity as bt_change_periodicity
from .backtest.selection import bt_end_dates as bt_end_dates
from .backtest.selection import bt_prep_remove_symbols as bt_prep_remove_symbols
from .backtest.selection import bt_prep_remove_symbols_min_history as bt_prep_remove_symbols_min_history
from .backtest.selection import bt_prep_trim as bt_prep_trim
from .backtest.selection import bt_start_dates as bt_start_dates
from .backtest.statistics import compute_annual_factor as compute_annual_factor
from .backtest.statistics import compute_cagr as compute_cagr
from .backtest.statistics import compute_calmar as compute_calmar
from .backtest.statistics import compute_DVR as compute_DVR
from .backtest.statistics import compute_exposure as compute_exposure
from .backtest.statistics import compute_nyears as compute_nyears
from .backtest.statistics import compute_R2 as compute_R2
from .backtest.statistics import compute_raw_annual_factor as compute_raw_annual_factor
from .backtest.statistics import compute_risk as compute_risk
from .backtest.statistics import compute_sharpe as compute_sharpe
from .backtest.strategies import create_strategies as create_strategies
from .backtest.strategies import target_vol_strategy as target_vol_strategy
from .backtest.trades import bt_trade_summary as bt_trade_summary
from .backtest.weights import bt_apply_min_weight as bt_apply_min_weight
from .backtest.weights import bt_apply_round_weight as bt_apply_round_weight
from .backtest.weights import bt_exrem as bt_exrem
from .backtest.weights import exrem as exrem
from .dates import endpoints as endpoints

# the beta-hedged portfolio
from .beta_hedge.backtest import backtest_beta_hedge as backtest_beta_hedge
from .beta_hedge.published import calculate_weighted_returns as calculate_weighted_returns
from .beta_hedge.published import get_sharpe_ratio as get_sharpe_ratio
from .beta_hedge.published import hedged_portfolio_performance_dynamic_beta as hedged_portfolio_performance_dynamic_beta
from .beta_hedge.published import published_report as published_report
from .beta_hedge.ratio import rolling_betas as rolling_betas
from .beta_hedge.regression import linreg as linreg
from .beta_hedge.result import BetaHedgeResult as BetaHedgeResult
from .beta_hedge.schedule import Band as Band
from .beta_hedge.sweep import sweep_beta_hedge as sweep_beta_hedge

# weights through time
from .rolling import RollingWeights as RollingWeights
from .rolling import portfolio_allocation_custom_stats as portfolio_allocation_custom_stats
from .rolling import portfolio_allocation_helper as portfolio_allocation_helper
from .rolling import portfolio_allocation_helper_basic as portfolio_allocation_helper_basic
from .rolling import portfolio_allocation_helper_parallel as portfolio_allocation_helper_parallel

# small helpers of R, and R scripts in Python
from . import r as r
from . import translate as translate
from .running import RFigure as RFigure
from .running import RFrontier as RFrontier
from .running import RRun as RRun
from .running import run_r as run_r
