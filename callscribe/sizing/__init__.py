"""Sizing: how many replicas, GPUs, cores and disks so many hours of calls a day want."""

from callscribe.sizing.costs import Costs
from callscribe.sizing.nodes import Node
from callscribe.sizing.plan import Plan, Workload, plan
from callscribe.sizing.serve_file import ServeFile

__all__ = ["Costs", "Node", "Plan", "ServeFile", "Workload", "plan"]
