"""Home of the demo's complaints: one in each state, one of them late and supervised; all invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.canteens import queries as canteens
from app.clock import on
from app.complaints import service
from app.complaints.models import Complaint
from app.complaints.rules.intake import NewComplaint, Way
from app.complaints.rules.states import WAITING, Act
from app.demo.rules.land import DISTRICT
from app.demo.rules.sign_ins import STREET
from app.demo.rules.sites import BUSY_CANTEEN
from app.roles import Actor


@dataclass(frozen=True, slots=True)
class _Said:
    """What somebody says in the demo, so many days ago."""

    days_ago: int
    way: Way
    class_code: str
    content: str
    phone: str = ""
    is_confidential: bool = False


_SAID = (
    _Said(1, Way.QR, "taste", "这周的青菜炒得太硬，牙口不好的老人咬不动，希望煮软一点。"),
    _Said(3, Way.PHONE, "delivery", "昨天的午餐送到时已经十二点半，饭菜都凉了。", "13900000001"),
    _Said(6, Way.TABLET, "service", "打菜窗口的师傅说话声音太小，听不清，希望能慢一点。"),
    _Said(9, Way.VISIT, "price", "自带的饭盒为什么要另收一元打包费？", "13900000002"),
    _Said(20, Way.PHONE, "place", "食堂门口的台阶下雨很滑，能不能装一个扶手？", "13900000003"),
    _Said(45, Way.QR, "food_safety", "中午的汤里有一根钢丝球的丝，请检查厨房。"),
    _Said(12, Way.QR, "taste", "青菜太硬，和前几天反映的一样，还没有改。"),
    _Said(15, Way.HOTLINE, "subsidy", "户口刚从外区迁来，什么时候能享受助餐补贴？", "13900000004"),
    _Said(10, Way.VISIT, "other", "小区门口的路灯不亮，晚上来吃饭不方便。"),
    _Said(40, Way.QR, "fraud", "有人拿几张卡连着刷，看着不像本人来吃饭。", is_confidential=True),
    _Said(5, Way.TABLET, "wish", "希望周六也开餐，独居老人周末不好解决吃饭。"),
)


def hear_complaints(actors: Mapping[str, Actor], *, at: datetime) -> dict[str, int]:
    """Let complaints come in and be dealt with, each as far as its state; give how many."""
    _name_supervisors(actors, at)
    heard = [_heard(each, number, actors, at) for number, each in enumerate(_SAID)]
    new, assigned, answered, called, closed, late, twin, withdrawn, outside, secret, _ = heard
    for complaint in (assigned, answered, called, closed, withdrawn):
        _given(complaint, "manager", actors, at)
    for complaint in (answered, called, closed):
        _answered(complaint, actors, at)
    for complaint in (called, closed):
        service.call_back(complaint.id, Act.SATISFIED, "电话回访，表示满意。", by=actors["worker"], at=at)
    service.close(closed.id, by=actors["reviewer"], at=at)
    _given(late, "worker", actors, at)
    service.urge(late.id, "涉及食品安全，今天必须查清并答复。", by=actors["reviewer"], at=at)
    service.merge(twin.id, new.id, by=actors["worker"], at=at)
    service.withdraw(withdrawn.id, "本人来电，已在社区办好。", by=actors["officer"], at=at)
    service.hand_on(
        outside.id, "城管部门", "路灯由城管部门维护，已转交并请其与您联系。", by=actors["worker"], at=at
    )
    service.assign(secret.id, actors["reviewer"].user_no, by=actors["officer"], at=at)
    today = on(at)
    return {
        "complaints": len(heard),
        "late": sum(each.state in WAITING and each.due_on < today for each in heard),
    }


def _name_supervisors(actors: Mapping[str, Actor], at: datetime) -> None:
    for area, who in ((STREET, "reviewer"), (DISTRICT, "officer")):
        service.name_supervisor(area, actors[who].user_no, on(at), by=actors["officer"], at=at)


def _heard(said: _Said, number: int, actors: Mapping[str, Actor], at: datetime) -> Complaint:
    site = canteens.sites_by_code()[BUSY_CANTEEN]
    new = NewComplaint(
        way=said.way,
        class_code=said.class_code,
        content=said.content,
        area_code=site.area_code,
        site_code=BUSY_CANTEEN,
        phone=said.phone,
        is_confidential=said.is_confidential,
        said_at=at - timedelta(days=said.days_ago),
        hotline_no=f"示例12345-{number:04d}" if said.way is Way.HOTLINE else None,
    )
    return service.receive(new, by=actors["worker"], at=at)


def _given(complaint: Complaint, who: str, actors: Mapping[str, Actor], at: datetime) -> None:
    service.assign(complaint.id, actors[who].user_no, by=actors["officer"], at=at)


def _answered(complaint: Complaint, actors: Mapping[str, Actor], at: datetime) -> None:
    words = "已经核实并整改，今后按要求办。感谢您提出来。"
    service.answer(complaint.id, words, by=actors["manager"], at=at)
