"""The fields that a column may fill, and the headings by which the sheets of real centres call them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sync.choices import ImportTarget


@dataclass(frozen=True)
class Field:
    """A field: its words, how its cells are read, and the headings that mean it (Chinese, then English)."""

    key: str
    label: Any
    kind: str
    headings: tuple[str, ...]
    group: str = "lead"
    # only who may enter leads that existed before
    history: bool = False


LEAD, COMPANY, CONTACT = "lead", "company", "contact"
GROUPS: list[tuple[str, Any]] = [(LEAD, _("Lead")), (COMPANY, _("Company")), (CONTACT, _("Contact"))]

# fmt: off
FIELDS: tuple[Field, ...] = (
    Field("name", _("Name of the lead"), "text", (
        "项目名称", "项目", "项目名", "招商项目", "线索名称", "线索", "意向项目", "在谈项目", "签约项目", "项目（企业）名称",
        "project", "project name", "lead", "lead name", "name")),
    Field("name_en", _("English name of the lead"), "text", ("项目英文名称", "英文名称", "project name (english)", "english name")),
    Field("summary", _("Project content"), "text", (
        "项目内容", "建设内容", "项目简介", "项目概况", "主要建设内容", "项目基本情况", "建设规模及内容", "建设内容及规模", "主要产品",
        "项目情况", "content", "summary", "description", "project content", "project description")),
    Field("industry", _("Industry"), "industry", (
        "行业", "所属行业", "产业", "所属产业", "产业类别", "产业类型", "行业类别", "产业方向", "主导产业", "产业链",
        "industry", "sector")),
    Field("acquisition_mode", _("Acquisition mode"), "acquisition_mode", (
        "招商方式", "引进方式", "招引方式", "获取方式", "来源方式", "acquisition mode", "how won")),
    Field("capital_origin", _("Origin of capital"), "capital_origin", (
        "境内外资", "内外资", "资金来源", "资金性质", "内资/外资", "内外资类型", "资本来源", "投资类型", "origin of capital", "capital origin",
        "domestic or foreign", "domestic/foreign")),
    Field("listing", _("Major project list"), "listing", (
        "列省重大项目", "重大项目", "项目级别", "列入重大项目", "重大项目级别", "major project list", "listing")),
    Field("source", _("Lead source"), "text", (
        "项目来源", "信息来源", "项目信息源", "线索来源", "信息源", "source", "lead source")),
    Field("referrer", _("Referrer"), "company_name", (
        "引荐方", "引荐人", "引荐单位", "推荐单位", "介绍人", "推荐人", "引荐企业", "referrer", "referred by")),
    Field("first_contact_on", _("First contact on"), "day", (
        "洽谈时间", "首次洽谈时间", "接洽时间", "首次接触时间", "首谈时间", "对接时间", "首次对接时间", "初次接触日期", "first contact",
        "first contact on", "first contact date")),
    Field("team", _("Team"), "team", (
        "招商组", "招商小组", "责任单位", "责任小组", "小组", "组别", "所属小组", "责任部门", "牵头单位", "招商单位", "跟进小组",
        "团队", "team", "promotion team", "responsible unit")),
    Field("owner", _("Owner"), "person", (
        "负责人", "项目负责人", "责任人", "跟进人", "招商专员", "招商人员", "经办人", "牵头人", "跟踪人", "首谈人", "owner",
        "responsible", "person in charge", "officer")),
    Field("currency", _("Currency"), "currency", ("币种", "货币", "currency")),
    Field("total_investment", _("Total investment"), "amount", (
        "总投资", "总投资额", "投资总额", "计划总投资", "投资额", "项目总投资", "投资规模", "预计总投资", "拟投资额", "投资金额",
        "total investment", "investment", "investment amount", "total")),
    Field("fixed_asset_investment", _("Fixed-asset investment"), "amount", (
        "固定资产投资", "固投", "固定资产投资额", "设备投资", "其中固定资产投资", "其中:固定资产投资", "固定资产",
        "fixed-asset investment", "fixed asset investment", "fixed assets")),
    Field("registered_capital", _("Registered capital"), "amount", (
        "注册资本", "注册资金", "注册资本金", "registered capital")),
    Field("agreed_investment", _("Agreed investment"), "amount", (
        "协议投资额", "协议投资", "合同投资额", "签约金额", "协议总投资", "合同金额", "签约额", "agreed investment", "contracted investment")),
    Field("site_need", _("Site need"), "site_need", ("用地需求", "载体需求", "场地需求", "选址需求", "site need", "site")),
    Field("land_mu", _("Land (mu)"), "number", (
        "用地", "用地面积", "占地", "占地面积", "需用地", "土地需求", "用地亩数", "拟用地", "用地规模", "land", "land area", "land mu")),
    Field("floor_area_m2", _("Floor area (m²)"), "number", (
        "厂房面积", "建筑面积", "需求面积", "厂房需求", "租赁面积", "载体面积", "场地面积", "floor area", "area")),
    Field("clear_height_m", _("Clear height (m)"), "number", ("层高", "厂房层高", "净高", "clear height")),
    Field("power_kva", _("Power (kVA)"), "number", ("用电", "用电负荷", "用电容量", "power")),
    Field("expected_signing_on", _("Expected signing"), "day", (
        "预计签约时间", "拟签约时间", "计划签约时间", "预计签约", "expected signing", "expected signing date")),
    Field("place", _("Place in the zone"), "text", (
        "落户地点", "选址", "项目地址", "拟选址", "落地位置", "拟落户地点", "建设地点", "项目选址", "place", "location")),
    Field("stage", _("Stage"), "stage", (
        "项目阶段", "阶段", "项目状态", "状态", "进展阶段", "推进阶段", "当前阶段", "所处阶段", "项目进展", "进展", "目前进展", "stage", "status"), history=True),
    Field("stage_on", _("In this stage since"), "day", (
        "签约时间", "签约日期", "落地时间", "进入阶段时间", "开工时间", "signed on", "signing date", "stage since"), history=True),
    Field("agreement_number", _("Agreement number"), "text", ("协议编号", "合同编号", "agreement number")),
    Field("close_reason", _("Reason for closing"), "text", ("终止原因", "流失原因", "未落地原因", "reason for closing")),
    Field("note", _("Progress and remarks"), "text", (
        "备注", "进展情况", "项目进展情况", "最新进展", "工作进展", "推进情况", "跟进情况", "存在问题", "进展及备注", "项目进展及备注",
        "remarks", "notes", "note", "progress", "comment")),
    Field("external_id", _("Number in the source"), "text", (
        "外部编号", "系统编号", "项目编号", "原编号", "项目代码", "external id", "id", "project number", "number")),
    Field("company", _("Company"), "company_name", (
        "企业名称", "投资方", "投资企业", "企业", "公司名称", "公司", "客商", "客商名称", "投资主体", "投资商", "单位名称", "投资方名称",
        "拟投资企业", "company", "company name", "investor", "enterprise"), COMPANY),
    Field("company_en", _("English name of the company"), "text", (
        "企业英文名称", "公司英文名称", "company name (english)", "english company name"), COMPANY),
    Field("credit_code", _("Unified social credit code"), "credit_code", (
        "统一社会信用代码", "信用代码", "社会信用代码", "统一信用代码", "税号", "credit code", "unified social credit code", "uscc"), COMPANY),
    Field("country", _("Country"), "country", ("国家", "国别", "国家/地区", "国家或地区", "投资方国别", "country"), COMPANY),
    Field("address", _("Address"), "text", ("企业地址", "注册地址", "公司地址", "通讯地址", "address"), COMPANY),
    Field("website", _("Website"), "website", ("网址", "官网", "企业网站", "website"), COMPANY),
    Field("profile", _("Profile"), "text", (
        "企业简介", "投资方简介", "企业概况", "公司简介", "投资方基本情况", "投资方情况", "企业情况", "profile", "company profile",
        "investor profile"), COMPANY),
    Field("contact", _("Contact"), "contact", (
        "联系人", "联系人姓名", "企业联系人", "客商联系人", "对接人", "企业负责人", "联系人及电话", "联系人及联系方式", "contact", "contact person",
        "contact name"), CONTACT),
    Field("position", _("Position"), "text", ("职务", "职位", "联系人职务", "position", "job title"), CONTACT),
    Field("phone", _("Phone"), "phone", (
        "联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "联系人电话", "phone", "telephone", "tel", "mobile"), CONTACT),
    Field("wechat", pgettext_lazy("field", "WeChat"), "text", ("微信", "微信号", "wechat"), CONTACT),
    Field("email", _("E-mail"), "email", ("邮箱", "电子邮箱", "电子邮件", "email", "e-mail"), CONTACT),
)
# fmt: on
OF_COMPANIES = frozenset({"external_id"}) | {field.key for field in FIELDS if field.group != LEAD}
REQUIRED: dict[str, tuple[str, ...]] = {ImportTarget.LEADS: ("name", "company"), ImportTarget.COMPANIES: ("company",)}
BY_KEY: dict[str, Field] = {field.key: field for field in FIELDS}
AMOUNTS = tuple(field.key for field in FIELDS if field.kind == "amount")


def fields_for(target: str, *, may_record_history: bool) -> list[Field]:
    """The fields that a column of such an import may fill."""
    rows = FIELDS if target == ImportTarget.LEADS else [field for field in FIELDS if field.key in OF_COMPANIES]
    return [field for field in rows if may_record_history or not field.history]
