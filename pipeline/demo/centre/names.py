"""More words than the demonstration needs, so that a million names differ as much as real ones do."""

from __future__ import annotations

# Characters that trade names are made of; two or three of them make one.
STEM = (
    "澜启恒卓瀚星云拓诺铭辰昱骏凌睿泽嘉维弘沐科源川途远芯锐图岳衡迈禾洲森域翎石屿朗策"
    "晟鼎盛泰宏达瑞祥华兴隆昌裕丰润德信诚义和平安康宁福利亨通顺发旺金鑫银铂钛锂硅晶磁"
)
CITIES = (
    "苏州", "无锡", "常州", "南京", "宁波", "杭州", "嘉兴", "上海", "深圳", "东莞", "佛山", "武汉",
    "合肥", "成都", "青岛", "厦门", "南通", "扬州", "镇江", "泰州", "盐城", "徐州", "温州", "绍兴",
    "台州", "金华", "湖州", "济南", "烟台", "潍坊", "郑州", "长沙", "南昌", "福州", "泉州", "广州",
    "珠海", "中山", "惠州", "重庆", "西安", "天津", "北京", "沈阳", "大连",
)  # fmt: skip
# The middle of a company's name, besides that of its branch.
TRADES = ("科技", "实业", "智造", "精密", "工业", "材料", "技术", "装备", "电气", "自动化", "生物", "制造")
TEAM_NUMERALS = "一二三四五六七八九十"
# What is added to what was said, so that notes differ.
REMARKS = (
    "",
    "预计下月给出答复。",
    "对方要求本周补充材料。",
    "领导已知悉，继续跟进。",
    "需协调用地指标。",
    "约定两周内再联系。",
    "客户对园区配套表示满意。",
    "下一步安排技术交流。",
)
EVIDENCE = ("营业执照", "验资报告", "施工许可证", "竣工验收备案表", "投产证明")


def team_name(number: int) -> str:
    """The number of a team in Chinese, up to 99."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else TEAM_NUMERALS[tens - 1] + "十"
    return f"招商{head}{TEAM_NUMERALS[ones - 1] if ones else ''}组"
