"""The installation's figures as Prometheus reads them."""

from serve_app.metrics.collector import FiguresCollector

__all__ = ["FiguresCollector"]
