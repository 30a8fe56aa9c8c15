"""The headings by which the sheets of real centres call the fields, in Chinese and English; compared without spaces,
brackets and units (`suggesting.heading_key`).
"""

from __future__ import annotations

_TEXT: dict[str, str] = {
    "name": (
        "项目名称 | 项目 | 项目名 | 招商项目 | 线索名称 | 线索 | 意向项目 | 在谈项目 | 签约项目 | "
        "项目（企业）名称 | project | project name | lead | lead name | name"
    ),
    "name_en": "项目英文名称 | 英文名称 | project name (english) | english name",
    "summary": (
        "项目内容 | 建设内容 | 项目简介 | 项目概况 | 主要建设内容 | 项目基本情况 | 建设规模及内容 | "
        "建设内容及规模 | 主要产品 | 项目情况 | content | summary | description | project content | "
        "project description"
    ),
    "industry": (
        "行业 | 所属行业 | 产业 | 所属产业 | 产业类别 | 产业类型 | 行业类别 | 产业方向 | 主导产业 | "
        "产业链 | industry | sector"
    ),
    "acquisition_mode": "招商方式 | 引进方式 | 招引方式 | 获取方式 | 来源方式 | acquisition mode | how won",
    "capital_origin": (
        "境内外资 | 内外资 | 资金来源 | 资金性质 | 内资/外资 | 内外资类型 | 资本来源 | 投资类型 | "
        "origin of capital | capital origin | domestic or foreign | domestic/foreign"
    ),
    "listing": "列省重大项目 | 重大项目 | 项目级别 | 列入重大项目 | 重大项目级别 | major project list | listing",
    "source": "项目来源 | 信息来源 | 项目信息源 | 线索来源 | 信息源 | source | lead source",
    "referrer": "引荐方 | 引荐人 | 引荐单位 | 推荐单位 | 介绍人 | 推荐人 | 引荐企业 | referrer | referred by",
    "first_contact_on": (
        "洽谈时间 | 首次洽谈时间 | 接洽时间 | 首次接触时间 | 首谈时间 | 对接时间 | 首次对接时间 | "
        "初次接触日期 | first contact | first contact on | first contact date"
    ),
    "team": (
        "招商组 | 招商小组 | 责任单位 | 责任小组 | 小组 | 组别 | 所属小组 | 责任部门 | 牵头单位 | "
        "招商单位 | 跟进小组 | 团队 | team | promotion team | responsible unit"
    ),
    "owner": (
        "负责人 | 项目负责人 | 责任人 | 跟进人 | 招商专员 | 招商人员 | 经办人 | 牵头人 | 跟踪人 | 首谈人 | "
        "owner | responsible | person in charge | officer"
    ),
    "currency": "币种 | 货币 | currency",
    "total_investment": (
        "总投资 | 总投资额 | 投资总额 | 计划总投资 | 投资额 | 项目总投资 | 投资规模 | 预计总投资 | "
        "拟投资额 | 投资金额 | total investment | investment | investment amount | total"
    ),
    "fixed_asset_investment": (
        "固定资产投资 | 固投 | 固定资产投资额 | 设备投资 | 其中固定资产投资 | 其中:固定资产投资 | "
        "固定资产 | fixed-asset investment | fixed asset investment | fixed assets"
    ),
    "registered_capital": "注册资本 | 注册资金 | 注册资本金 | registered capital",
    "agreed_investment": (
        "协议投资额 | 协议投资 | 合同投资额 | 签约金额 | 协议总投资 | 合同金额 | 签约额 | "
        "agreed investment | contracted investment"
    ),
    "site_need": "用地需求 | 载体需求 | 场地需求 | 选址需求 | site need | site",
    "land_mu": (
        "用地 | 用地面积 | 占地 | 占地面积 | 需用地 | 土地需求 | 用地亩数 | 拟用地 | 用地规模 | land | "
        "land area | land mu"
    ),
    "floor_area_m2": (
        "厂房面积 | 建筑面积 | 需求面积 | 厂房需求 | 租赁面积 | 载体面积 | 场地面积 | floor area | area"
    ),
    "clear_height_m": "层高 | 厂房层高 | 净高 | clear height",
    "power_kva": "用电 | 用电负荷 | 用电容量 | power",
    "expected_signing_on": (
        "预计签约时间 | 拟签约时间 | 计划签约时间 | 预计签约 | expected signing | expected signing date"
    ),
    "place": ("落户地点 | 选址 | 项目地址 | 拟选址 | 落地位置 | 拟落户地点 | 建设地点 | 项目选址 | place | location"),
    "stage": (
        "项目阶段 | 阶段 | 项目状态 | 状态 | 进展阶段 | 推进阶段 | 当前阶段 | 所处阶段 | 项目进展 | 进展 | "
        "目前进展 | stage | status"
    ),
    "stage_on": ("签约时间 | 签约日期 | 落地时间 | 进入阶段时间 | 开工时间 | signed on | signing date | stage since"),
    "agreement_number": "协议编号 | 合同编号 | agreement number",
    "close_reason": "终止原因 | 流失原因 | 未落地原因 | reason for closing",
    "note": (
        "备注 | 进展情况 | 项目进展情况 | 最新进展 | 工作进展 | 推进情况 | 跟进情况 | 存在问题 | "
        "进展及备注 | 项目进展及备注 | remarks | notes | note | progress | comment"
    ),
    "external_id": ("外部编号 | 系统编号 | 项目编号 | 原编号 | 项目代码 | external id | id | project number | number"),
    "company": (
        "企业名称 | 投资方 | 投资企业 | 企业 | 公司名称 | 公司 | 客商 | 客商名称 | 投资主体 | 投资商 | "
        "单位名称 | 投资方名称 | 拟投资企业 | company | company name | investor | enterprise"
    ),
    "company_en": "企业英文名称 | 公司英文名称 | company name (english) | english company name",
    "credit_code": (
        "统一社会信用代码 | 信用代码 | 社会信用代码 | 统一信用代码 | 税号 | credit code | "
        "unified social credit code | uscc"
    ),
    "country": "国家 | 国别 | 国家/地区 | 国家或地区 | 投资方国别 | country",
    "address": "企业地址 | 注册地址 | 公司地址 | 通讯地址 | address",
    "website": "网址 | 官网 | 企业网站 | website",
    "profile": (
        "企业简介 | 投资方简介 | 企业概况 | 公司简介 | 投资方基本情况 | 投资方情况 | 企业情况 | profile | "
        "company profile | investor profile"
    ),
    "contact": (
        "联系人 | 联系人姓名 | 企业联系人 | 客商联系人 | 对接人 | 企业负责人 | 联系人及电话 | "
        "联系人及联系方式 | contact | contact person | contact name"
    ),
    "position": "职务 | 职位 | 联系人职务 | position | job title",
    "phone": ("联系电话 | 电话 | 手机 | 手机号 | 手机号码 | 联系方式 | 联系人电话 | phone | telephone | tel | mobile"),
    "wechat": "微信 | 微信号 | wechat",
    "email": "邮箱 | 电子邮箱 | 电子邮件 | email | e-mail",
}
HEADINGS: dict[str, tuple[str, ...]] = {key: tuple(text.split(" | ")) for key, text in _TEXT.items()}
