"""Charts: one definition for page, mail and PDF. Data as frozen values, drawn by Vega-Lite."""

from pipeline.charts.ageing import Ageing, AgeingRow
from pipeline.charts.base import Chart
from pipeline.charts.funnel import Funnel, FunnelStage
from pipeline.charts.pace import Pace, PaceRow
from pipeline.charts.ranking import Ranking, RankingRow
from pipeline.charts.themes import DARK, LIGHT, PAGE, PRINT, Theme
from pipeline.charts.trend import Trend, TrendSeries
from pipeline.charts.values import Cell, Slot, Table, Tip, Value, month_slot
from pipeline.charts.waterfall import Step, Waterfall

__all__ = [
    "DARK",
    "LIGHT",
    "PAGE",
    "PRINT",
    "Ageing",
    "AgeingRow",
    "Cell",
    "Chart",
    "Funnel",
    "FunnelStage",
    "Pace",
    "PaceRow",
    "Ranking",
    "RankingRow",
    "Slot",
    "Step",
    "Table",
    "Theme",
    "Tip",
    "Trend",
    "TrendSeries",
    "Value",
    "Waterfall",
    "month_slot",
]
