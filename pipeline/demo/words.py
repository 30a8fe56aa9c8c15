"""Words that the generated zone is put together from. Nothing here stands for a real company or person."""

from __future__ import annotations

from typing import NamedTuple


class Branch(NamedTuple):
    """One leading industry: code, names, GB/T 4754 code, its parts, and what its projects make."""

    code: str
    zh: str
    en: str
    gb: str
    parts: tuple[tuple[str, str, str, str], ...]
    trade: str
    products: tuple[str, ...]


BRANCHES: tuple[Branch, ...] = (
    Branch(
        "equipment",
        "高端装备",
        "High-end equipment",
        "C34",
        (
            ("robots", "工业机器人", "Industrial robots", "C3491"),
            ("machine-tools", "数控机床", "Machine tools", "C3421"),
        ),
        "智能装备",
        (
            "协作机器人本体",
            "五轴数控机床",
            "精密减速器",
            "激光切割设备",
            "智能仓储输送线",
            "液压伺服系统",
            "工业视觉检测设备",
            "电主轴",
        ),
    ),
    Branch(
        "auto-parts",
        "汽车零部件",
        "Automotive parts",
        "C36",
        (
            ("chassis", "底盘系统", "Chassis systems", "C3670"),
            ("car-electronics", "汽车电子", "Car electronics", "C3670"),
        ),
        "汽车部件",
        (
            "线控制动系统",
            "铝合金转向节",
            "热管理集成模块",
            "电驱动桥总成",
            "座椅骨架",
            "车载毫米波雷达",
            "一体化压铸件",
            "空气悬架",
        ),
    ),
    Branch(
        "electronics",
        "电子信息",
        "Electronic information",
        "C39",
        (("displays", "新型显示", "Displays", "C3974"), ("components", "电子元器件", "Electronic components", "C398")),
        "电子",
        (
            "高速连接器",
            "柔性电路板",
            "功率模块封装",
            "光学膜片",
            "片式电感",
            "车规传感器",
            "背光模组",
            "半导体零部件清洗",
        ),
    ),
    Branch(
        "materials",
        "新材料",
        "New materials",
        "C26",
        (("composites", "复合材料", "Composites", "C3062"), ("films", "功能薄膜", "Functional films", "C2921")),
        "新材料",
        (
            "碳纤维预浸料",
            "锂电隔膜涂覆",
            "特种工程塑料改性",
            "气凝胶隔热材料",
            "导热硅胶片",
            "电子级胶粘剂",
            "高纯靶材",
            "生物基尼龙",
        ),
    ),
    Branch(
        "health",
        "生物医药",
        "Biomedicine and health",
        "C27",
        (
            ("devices", "医疗器械", "Medical devices", "C358"),
            ("reagents", "体外诊断", "In-vitro diagnostics", "C2770"),
        ),
        "医疗科技",
        (
            "微创手术器械",
            "体外诊断试剂",
            "可吸收骨科植入物",
            "医用高分子耗材",
            "内窥镜组件",
            "冻干制剂",
            "康复辅具",
            "医用敷料",
        ),
    ),
)

CITIES = (
    "苏州",
    "无锡",
    "常州",
    "南京",
    "宁波",
    "杭州",
    "嘉兴",
    "上海",
    "深圳",
    "东莞",
    "佛山",
    "武汉",
    "合肥",
    "成都",
    "青岛",
    "厦门",
)
FIRST = (
    "澜",
    "启",
    "恒",
    "卓",
    "瀚",
    "星",
    "云",
    "拓",
    "诺",
    "铭",
    "辰",
    "昱",
    "骏",
    "凌",
    "睿",
    "泽",
    "嘉",
    "维",
    "弘",
    "沐",
)
SECOND = (
    "科",
    "源",
    "川",
    "途",
    "远",
    "芯",
    "锐",
    "图",
    "岳",
    "衡",
    "迈",
    "禾",
    "洲",
    "森",
    "域",
    "翎",
    "石",
    "屿",
    "朗",
    "策",
)
FORMS = ("有限公司", "有限公司", "有限公司", "股份有限公司", "集团有限公司")
# Foreign investors: name, country, currency of the project.
FOREIGN = (
    ("Nordmark", "GmbH", "DE"),
    ("Kestrel Valley", "Inc.", "US"),
    ("Haneda Fine", "K.K.", "JP"),
    ("Sorrento Mecc", "S.p.A.", "IT"),
    ("Daehan Nuri", "Co., Ltd.", "KR"),
    ("Aalto Borg", "Oy", "FI"),
    ("Merlion Peak", "Pte. Ltd.", "SG"),
    ("Valmont Cier", "SAS", "FR"),
)
FOREIGN_TRADES = ("Precision", "Drives", "Optics", "Materials", "Medical", "Systems")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗"
GIVEN = (
    "志远",
    "晓峰",
    "建华",
    "雨桐",
    "思敏",
    "海涛",
    "文博",
    "静怡",
    "俊杰",
    "丽娜",
    "国强",
    "嘉怡",
    "鹏飞",
    "欣然",
    "永康",
    "书瑶",
)
POSITIONS = ("总经理", "副总经理", "投资总监", "董事长助理", "战略发展部经理", "项目负责人")
SOURCES = (
    "产业链上游企业推荐",
    "园区企业介绍",
    "行业展会对接",
    "商会推荐",
    "基金投后企业扩产",
    "主动来电咨询",
    "驻外招商线索",
)
AVENUES = ("演示一路8号", "演示二路16号", "标准厂房3号楼", "标准厂房7号楼", "科创楼5层", "演示三路北侧地块")
CLOSE_REASONS = (
    "对方选择在总部所在地扩产",
    "环评条件不符合园区要求",
    "投资方内部暂停扩产计划",
    "对方要求的价格条件无法满足",
    "多次联系未获回应",
)
REVIEWS = (
    "符合产业导向，同意推进",
    "技术路线成熟，建议按一事一议推进",
    "用地强度达标，通过研判",
    "环保、能耗符合要求，通过研判",
)
CHANNELS = ("phone", "phone", "phone", "wechat", "wechat", "video", "visit", "reception", "meeting", "email")
SAID = {
    "phone": (
        "沟通{product}扩产计划，对方在比较三个园区。",
        "回访，对方询问标准厂房租金和层高。",
        "确认来访时间，对方希望看现成厂房。",
        "电话了解立项进度，董事会下月讨论。",
    ),
    "wechat": (
        "发送园区介绍和{product}配套企业名单。",
        "发送政策要点，对方转给财务负责人。",
        "对方发来用电、用气需求。",
        "询问考察后的反馈，对方表示认可。",
    ),
    "video": (
        "视频对接{product}产线布局，技术负责人参加。",
        "视频讨论投资强度和分期方案。",
        "与对方总部连线，介绍园区产业链。",
    ),
    "visit": (
        "到对方工厂考察{product}产线，了解产能和订单。",
        "拜访总部，见到董事长，意向较明确。",
        "上门沟通协议条款，重点是供地时间。",
    ),
    "reception": (
        "接待对方一行考察厂房和配套。",
        "接待投资方选址团队，看了两处地块。",
        "接待来访，与住建、环保部门一起座谈。",
    ),
    "meeting": ("项目推进会，明确厂房改造分工。", "与对方法务讨论协议文本。", "内部研判{product}项目，补充能耗资料。"),
    "email": ("邮件发送协议草案。", "邮件收到可行性研究报告。", "邮件确认会议纪要。"),
}
NEXT_STEPS = (
    "电话确认考察行程",
    "发送厂房资料",
    "约对方总部视频会",
    "跟进协议修改意见",
    "回访董事会结论",
    "对接环评要求",
    "",
)
MOVE_NOTES = {
    "in_talks": "首次对接后确认投资意向",
    "key_talks": "投资规模和选址需求已明确",
    "to_sign": "通过研判，协议进入会签",
    "signed": "协议签订",
    "landed": "公司注册完成，进场装修",
    "closed": "暂无合作条件",
}

# --- around the leads: plans, requests, talk

PURPOSES = ("项目对接", "实地考察厂房", "商谈合作条款", "拜访企业高层", "回访并了解进展")
EXPECTED = (
    "确认投资规模和用地需求",
    "邀请企业来园区考察",
    "就协议主要条款达成一致",
    "取得可行性研究报告",
    "确定签约时间",
)
CANCELLED = ("企业负责人临时出差", "与上级调研冲突", "企业内部决策推迟")
FINDINGS = {
    "company": "成立八年，年产值约三亿元，信用良好。",
    "market": "下游需求稳定，主要客户在长三角。",
    "feasibility": "工艺成熟，能耗指标可满足。",
    "positioning": "符合园区主导产业方向。",
    "needs": "需要标准厂房和人才公寓。",
}
# What settled companies ask for: what it is about, the request, the answer to it.
REQUESTS = (
    ("labour", "急需招聘三十名一线操作工", "已联系职业学校，本周五组织专场招聘。"),
    ("utilities", "厂区供电容量需要扩容", "已转供电公司，三日内现场勘察。"),
    ("permits", "环评手续办理进度咨询", "环评受理，预计十个工作日内批复。"),
    ("living", "外地员工子女入学", "已与教育局对接，请提供员工名单。"),
    ("policy", "设备补贴申报材料不清楚", "已安排专人上门辅导。"),
    ("finance", "流动资金贷款需要担保", "已推荐区内担保公司。"),
)
REMARKS = (
    "这个项目本周要有进展，请尽快约企业见面。",
    "用地需求请再核实一下。",
    "请把可研报告上传。",
    "上次拜访的结果请补充。",
)
TAGS = ("专精特新", "上市公司", "重点跟踪", "进博会", "需要厂房")
