from projects.selectors.choices import Choice, filter_choices, known_choice, stages_among
from projects.selectors.finding import SimilarLead, recent_items, search, similar_companies, similar_leads
from projects.selectors.people import colleagues_named, keepers_of, leaders_of, people_who_see

__all__ = [
    "Choice",
    "SimilarLead",
    "colleagues_named",
    "filter_choices",
    "keepers_of",
    "known_choice",
    "leaders_of",
    "people_who_see",
    "recent_items",
    "search",
    "similar_companies",
    "similar_leads",
    "stages_among",
]
