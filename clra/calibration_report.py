"""What a person reads of a calibration: the weights of the evidence, and how they do on problems held out."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from clra.calibration import Fit, SetReport
from clra.evidence import EVIDENCE


def print_fit(fit: Fit) -> None:
    """Print the weights, and a line for each set of problems."""
    console = Console()
    calibration = fit.calibration
    assumed = set(calibration.fitted.get("assumed", ()))
    weights = Table("evidence on a chain", "log-odds", box=None, padding=(0, 2, 0, 0))
    weights.add_row("none", f"{calibration.intercept:+.2f}")
    for name, weight in calibration.evidence.items():
        said = EVIDENCE.get(name, name) + (" (assumed, not fitted)" if name in assumed else "")
        weights.add_row(Text(said), f"{weight:+.2f}")
    console.print(weights)
    console.print()
    held_out = Table(
        "held out", "problems", "chains", "majority", "clra", "difference, 95 %", "log loss", "ECE", "AUC",
        box=None, padding=(0, 2, 0, 0),
    )  # fmt: skip
    for report in (*fit.sets, fit.pooled):
        held_out.add_row(*_row(report))
    console.print(held_out)
    if not fit.complete:
        console.print(Text("interrupted: fitted to the problems that were checked by then", style="bold"))


def _row(report: SetReport) -> tuple[Text | str, ...]:
    low, high = report.delta_ci95
    return (
        Text(report.name),
        f"{report.problems:,}",
        f"{report.chains:,}",
        f"{100 * report.majority:.1f}",
        f"{100 * report.clra:.1f}",
        f"{100 * report.delta:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]",
        f"{report.log_loss:.3f}",
        f"{report.ece:.3f}",
        f"{report.auc:.3f}",
    )
