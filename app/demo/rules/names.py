"""Home of the demo's invented names: common surnames as often as they are, given names of the generation."""

from __future__ import annotations

from random import Random

from app.demo.rules.chance import Lot, even_lot
from app.residents.rules.identity import Sex

_SURNAMES = Lot(
    {
        "刘": 7.2, "李": 7.0, "王": 5.0, "陈": 5.6, "张": 5.4, "周": 4.6, "黄": 4.0, "杨": 3.6, "罗": 2.8,
        "胡": 2.6, "彭": 2.5, "吴": 2.4, "曾": 2.0, "唐": 2.0, "谢": 1.9, "何": 1.8, "肖": 1.8, "谭": 1.7,
        "邓": 1.7, "龙": 1.5, "蒋": 1.4, "赵": 1.4, "徐": 1.4, "朱": 1.3, "贺": 1.2, "易": 1.2, "文": 1.1,
        "欧阳": 0.5, "向": 1.0, "田": 1.0, "袁": 1.0, "曹": 0.9, "熊": 0.9, "郭": 0.9, "马": 0.8, "孙": 0.8,
        "廖": 0.8, "汤": 0.8, "石": 0.7, "江": 0.7, "余": 0.7, "钟": 0.6, "范": 0.6, "高": 0.6, "林": 0.6,
        "郑": 0.5, "夏": 0.5, "姚": 0.5, "喻": 0.5, "宋": 0.5, "潘": 0.4, "丁": 0.4, "任": 0.4, "单": 0.1,
        "覃": 0.2, "瞿": 0.2, "仇": 0.1, "区": 0.05, "昝": 0.03, "逄": 0.03, "佘": 0.1, "庹": 0.05,
        "上官": 0.05, "尉迟": 0.03, "谌": 0.2, "粟": 0.2,
    }
)  # fmt: skip
_FIRST_OF_TWO = {
    Sex.MALE: even_lot("国国国建建建志志德德明明文福金长运正新永云光少子海学家立世庆春炳佑伯仁"),
    Sex.FEMALE: even_lot("桂桂桂秀秀秀玉玉淑淑美美丽菊凤爱月金翠春冬素满腊建惠雪云志小"),
}
_SECOND_OF_TWO = {
    Sex.MALE: even_lot("华华强明军军平平生生林云辉辉光初民良安祥清山元才武斌泉秋根仁德成"),
    Sex.FEMALE: even_lot("英英英兰兰兰珍珍华华云梅梅香莲莲芝娥秀芳平玲红贞元姣纯霞辉"),
}
_SINGLE = {
    Sex.MALE: even_lot("军军平平明明勇刚斌辉健伟波毅"),
    Sex.FEMALE: even_lot("红红丽丽敏静平平霞燕玲艳娟琼"),
}
_RARE = even_lot(("𬭛", "䶮", "㛃", "𣲘", "㵋", "𫖯", "燚", "犇", "翙", "翀", "喆", "堃"))
_MINORITY = {
    Sex.MALE: even_lot(("阿卜杜拉·买买提", "扎西·顿珠", "买买提江·吐尔逊", "巴特尔·敖其尔")),
    Sex.FEMALE: even_lot(("阿依古丽·买买提", "卓玛·次仁", "古丽娜尔·艾山", "帕提古丽·吐尔逊")),
}
_MINORITY_SHARE, _RARE_SHARE, _SINGLE_SHARE = 0.002, 0.006, 0.16


def name(sex: Sex, random: Random) -> str:
    """Invent a name; people of the same name are many, as in life."""
    drawn = random.random()
    if drawn < _MINORITY_SHARE:
        return _MINORITY[sex].draw(random)
    surname = _SURNAMES.draw(random)
    if drawn < _MINORITY_SHARE + _RARE_SHARE:
        return surname + _RARE.draw(random)
    if drawn < _MINORITY_SHARE + _RARE_SHARE + _SINGLE_SHARE:
        return surname + _SINGLE[sex].draw(random)
    return surname + _FIRST_OF_TWO[sex].draw(random) + _SECOND_OF_TWO[sex].draw(random)
