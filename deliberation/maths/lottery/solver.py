"""HiGHS on one thread, from the same start each time: the same question gets the same answer."""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from deliberation.maths.lottery.pool import FloatArray, IntArray, NoPanel

INFINITY = float(highspy.kHighsInf)
_ACCURACY = 1e-9


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear problem: cost, bounds of the columns, rows and their bounds."""

    cost: FloatArray
    lower: FloatArray
    upper: FloatArray
    rows: sparse.sparray
    row_lower: FloatArray
    row_upper: FloatArray
    maximise: bool = False


class _Quiet(highspy.Highs):
    """HiGHS that does not introduce itself on the standard output, where results go."""

    def enableCallbacks(self) -> None:  # the first thing that it does, and says who it is
        """As ever, but silent."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def quiet_solver() -> highspy.Highs:
    """A solver that prints nothing and whose answers depend on the question alone."""
    solver = _Quiet()  # type: ignore[no-untyped-call]
    for name, value in (
        ("threads", 1),
        ("random_seed", 0),
        ("primal_feasibility_tolerance", _ACCURACY),
        ("dual_feasibility_tolerance", _ACCURACY),
    ):
        solver.setOptionValue(name, value)
    return solver


def solver_of(problem: Linear, *, integer: bool = False) -> highspy.Highs:
    """A solver that holds the problem; `integer` where no column may be broken."""
    solver = quiet_solver()
    rows = sparse.csc_array(problem.rows)
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = rows.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = problem.cost, problem.lower, problem.upper
    model.row_lower_, model.row_upper_ = problem.row_lower, problem.row_upper
    model.sense_ = highspy.ObjSense.kMaximize if problem.maximise else highspy.ObjSense.kMinimize
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.indptr, rows.indices
    model.a_matrix_.value_ = rows.data
    if integer:
        model.integrality_ = [highspy.HighsVarType.kInteger] * rows.shape[1]
    solver.passModel(model)
    return solver


def solve(solver: highspy.Highs) -> FloatArray:
    """The columns of the best solution. Raises NoPanel where there is none."""
    solver.run()
    status = solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        raise NoPanel
    return np.array(solver.getSolution().col_value)


def whole(values: FloatArray) -> IntArray:
    """Numbers that are whole but for the accuracy of the solver."""
    return np.rint(values).astype(np.int64)
