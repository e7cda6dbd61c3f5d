# The public names of sitpy by topic: this file is what type checkers read and what sitpy/__init__.py loads lazily.

# errors
from .errors import InfeasibleError as InfeasibleError
from .errors import InputError as InputError
from .errors import NotSolvedError as NotSolvedError
from .errors import SimulatedDataWarning as SimulatedDataWarning
from .errors import SitpyError as SitpyError
from .errors import SitpyWarning as SitpyWarning
from .errors import UnboundedError as UnboundedError

# constraints
from .constraints import Constraints as Constraints
from .constraints import add_constraints as add_constraints
from .constraints import add_variables as add_variables
from .constraints import create_basic_constraints as create_basic_constraints
from .constraints import delete_constraints as delete_constraints
from .constraints import merge_constraints as merge_constraints
from .constraints import new_constraints as new_constraints
from .constraints import type_constraints as type_constraints

# input assumptions
from .inputs import InputAssumptions as InputAssumptions
from .inputs import aa_test_create_ia as aa_test_create_ia
from .inputs import aa_test_create_ia_rebal as aa_test_create_ia_rebal
from .inputs import aa_test_ia_add_short as aa_test_ia_add_short
from .inputs import create_historical_ia as create_historical_ia
from .inputs import create_ia as create_ia
from .inputs import create_ia_subset as create_ia_subset
from . import data as data

# solvers
from .solvers.branch_and_bound import bbb_control as bbb_control
from .solvers.branch_and_bound import binary_branch_bound as binary_branch_bound
from .solvers.certificate import certificate as certificate
from .solvers.linear import solve_LP_bounds as solve_LP_bounds
from .solvers.quadratic import solve_QP as solve_QP
from .solvers.quadratic import solve_QP_bounds as solve_QP_bounds

# risk models as constraints
from .risk_models import add_constraint_cdar as add_constraint_cdar
from .risk_models import add_constraint_cvar as add_constraint_cvar
from .risk_models import add_constraint_gini as add_constraint_gini
from .risk_models import add_constraint_mad as add_constraint_mad
from .risk_models import add_constraint_mad_downside as add_constraint_mad_downside
from .risk_models import add_constraint_maxloss as add_constraint_maxloss
from .risk_models import add_constraint_omega as add_constraint_omega

# measures of given weights
from .measures import portfolio_cdar as portfolio_cdar
from .measures import portfolio_cdar_ru as portfolio_cdar_ru
from .measures import portfolio_cvar as portfolio_cvar
from .measures import portfolio_cvar_ru as portfolio_cvar_ru
from .measures import portfolio_mad as portfolio_mad
from .measures import portfolio_maxloss as portfolio_maxloss
from .measures import portfolio_return as portfolio_return
from .measures import portfolio_risk as portfolio_risk

# covariance
from .covariance import make_positive_definite as make_positive_definite

# portfolios
from .portfolios.minimum import max_return_portfolio as max_return_portfolio
from .portfolios.minimum import min_cdar_portfolio as min_cdar_portfolio
from .portfolios.minimum import min_cvar_portfolio as min_cvar_portfolio
from .portfolios.minimum import min_mad_portfolio as min_mad_portfolio
from .portfolios.minimum import min_maxloss_portfolio as min_maxloss_portfolio
from .portfolios.minimum import min_risk_portfolio as min_risk_portfolio

# frontiers
from .frontier.result import Frontier as Frontier
from .frontier.trace import portopt as portopt

# pictures
from .plots import layout as layout
from .plots import plot_add_portfolios as plot_add_portfolios
from .plots import plot_ef as plot_ef
from .plots import plot_ia as plot_ia
from .plots import plot_transition_map as plot_transition_map
from .plots import plot_transitopn_map as plot_transitopn_map

# stored results
from .reference import compare as compare
from .reference import load_frontier as load_frontier
