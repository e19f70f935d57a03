"""The words in which exporters declare themselves: columns and filters that many kinds of rows share.

Titles are what the owner of a trading company sees above a column. Facts are from the JSON API docs' attribute tables.
"""

from adapters.moysklad.vocabulary.building import *
from adapters.moysklad.vocabulary.dictionaries import *
from adapters.moysklad.vocabulary.documents import *
from adapters.moysklad.vocabulary.filtering import *
from adapters.moysklad.vocabulary.filters import *
from adapters.moysklad.vocabulary.objects import *
from adapters.moysklad.vocabulary.positions import *
from adapters.moysklad.vocabulary.report_filters import *
from adapters.moysklad.vocabulary.reports import *
