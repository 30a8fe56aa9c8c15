"""What the project sheet (项目表) of a report tells of a lead: no words, amounts as text, days as ISO."""

from __future__ import annotations

from typing import TypedDict

from pipeline.selectors.reports.shape import Name


class Site(TypedDict):
    """What land or premises it needs: the code of `SiteNeed`, measures as text, each "" where it is not known."""

    site_need: str
    land_mu: str
    floor_area_m2: str
    clear_height_m: str


class SheetRow(TypedDict):
    """A lead; whatever is not known is "".

    `cny` is the amount that figures count, in CNY at the rate that they take; `progress` is what was last said or
    done, `last_contact` the day of it.
    """

    id: str
    number: str
    project: str
    investor: str
    investor_profile: str
    currency: str
    fixed_asset: str
    total: str
    agreed: str
    cny: str
    content: str
    site: Site
    contact: str
    phone: str
    team: Name
    owner: str
    stage: Name
    progress: str
    last_contact: str
    industry: Name
    assessment: str
    signed_on: str
    landed_on: str
