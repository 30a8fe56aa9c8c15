"""The change feed: every change that was committed, in the order of commit, as the reader may see it now.

Change rows say which rows changed; the rows themselves are read when the feed is asked, so that a later state never
comes before an earlier one. Who had a row in sight and has it no more gets a `delete`. What hangs on a lead follows
the lead's own change rows when its sight changed.
"""

from sync.selectors.feed.cursors import GoneError, Place
from sync.selectors.feed.head import now_place
from sync.selectors.feed.pages import Page, read_page
from sync.selectors.feed.types import TYPES, Reader

__all__ = ["TYPES", "GoneError", "Page", "Place", "Reader", "now_place", "read_page"]
