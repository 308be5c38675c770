"""All reports there are, by their number. A new one is a new file and one line here."""

from collections.abc import Mapping

from reports.k05 import K05
from reports.report import Report

REPORTS: Mapping[str, Report] = {report.id: report for report in (K05,)}
