"""The letter to a patient in Simplified Chinese: the same as the English one, in the manner of its own language.

Names of medicines stay as the record has them, so that every doctor and pharmacy reads the same word.
"""

from collections.abc import Sequence
from datetime import date, time

LANGUAGE = "zh-hans"
TITLE = "您的治疗和下一步安排"
DONE, FEEL, NEXT, PLEASE, CALL = (
    "做了什么治疗",
    "您可能会有的感觉",
    "下一步安排",
    "请您注意",
    "如有以下情况，请立即打电话给我们",
)
WHOM = "如何联系我们"
CLOSING = "祝您安康！"
NOT_TREATED = "您目前还没有在我们这里接受过治疗。"
ENDED = "您在我们这里的治疗已经结束。"
NOTHING_FIXED = "下一次的日期还没有确定。一旦确定，我们会马上通知您。"
KEEP_DATES = "请按约定的日期前来。如果不能来，请打电话给我们，我们会另约时间。"
BRING = "每次来时请带上这封信，以及您正在服用的药物清单。"
EMERGENCY = "如果您感到病情严重，请不要等待：请立即拨打急救电话，或前往最近的医院急诊。"
NO_PHONE = "我们的电话号码暂缺。"
AND = "、"

SITES = {"femoral": "大腿根部", "radial": "手腕", "brachial": "手臂"}
SCANS = {"ct": "CT", "mri": "磁共振", "both": "CT和磁共振"}
SIGNS = {
    "jaundice": "皮肤或眼睛发黄",
    "breathing": "呼吸困难、新出现的咳嗽或胸痛",
    "mental_state": "神志不清、特别想睡，或一侧身体无力",
    "chills": "发冷、打寒战",
    "bleeding": "吐血，或大便发黑",
    "skin": "腹部或胸部皮肤发红、疼痛或起水疱",
    "access_limb": "放管一侧的腿或手臂发凉、苍白、麻木或疼痛",
    "access_site": "放管的部位出血或肿胀",
    "urination": "排尿困难，或没有尿",
}
_WEEKDAYS = "一二三四五六日"


def day(value: date) -> str:
    """Say a day: 2026年3月24日."""
    return f"{value.year}年{value.month}月{value.day}日"


def weekday(value: date) -> str:
    """Say a day with its name: 2026年3月24日（星期二）."""
    return f"{day(value)}（星期{_WEEKDAYS[value.weekday()]}）"


def greeting(name: str) -> str:
    return f"尊敬的{name}：" if name else "尊敬的患者："


def about(name: str, born: str, number: str) -> str:
    parts = (name, f"出生日期：{born}" if born else "", f"病历号：{number}")
    return " · ".join(part for part in parts if part)


def done(on: date, site: str, agents: Sequence[str], count: int, *, has_closed: bool) -> list[str]:
    """Say what was done; what is not on record is left out."""
    tube = f"医生从您{site}的血管放入一根细管，送到肝脏。" if site else "医生在血管中放入一根细管，送到肝脏。"
    said = [f"通过细管把抗肿瘤药物（{AND.join(agents)}）直接送到肿瘤处"] if agents else []
    if has_closed:
        said.append("然后堵住了供养肿瘤的小血管" if agents else "通过细管堵住了供养肿瘤的小血管")
    how = f"{'，'.join(said)}。" if said else ""
    so_far = f"到现在为止，您在我们这里一共做了{count}次这样的治疗。" if count > 1 else ""
    return [f"{day(on)}，您接受了一次肝脏治疗。{tube}{how}", so_far]


def feelings(from_days: int, to_days: int) -> str:
    return f"治疗后最初几天，很多人会发烧、肚子痛或恶心。这是预料之中的，一般{from_days}到{to_days}天会好转。"


def booked(scan: str, on: date, at: time | None, place: str) -> str:
    """Say an appointment for a scan."""
    clock = f"{at.hour}:{at.minute:02d}" if at else ""
    where = f"，地点：{place}" if place else ""
    return f"您下一次检查{f'（{scan}）' if scan else ''}的时间是{weekday(on)}{clock}{where}。"


def due(first: date, last: date) -> str:
    return (
        f"您下一次检查应在{day(first)}至{day(last)}之间进行，具体日期还没有确定。"
        f"如果到{day(first)}还没有收到我们的通知，请打电话给我们。"
    )


def due_now(last: date, *, is_late: bool) -> str:
    should = "本应" if is_late else "应"
    return f"您下一次检查{should}在{day(last)}之前进行，具体日期还没有确定。请现在就打电话给我们。"


def imaged(on: date) -> str:
    return f"您已于{day(on)}做了检查。医生看过结果后，会告诉您下一步怎么做。"


def planned(on: date) -> str:
    return f"您的下一次治疗计划在{weekday(on)}进行。"


def usual_days_exceeded(over_c: float, to_days: int) -> list[str]:
    """Say where fever, pain and vomiting are more than expected. That of strong pain is not in source."""
    return [f"发烧超过{over_c:g}°C", "疼痛非常剧烈，或突然加重", f"发烧、疼痛或呕吐超过{to_days}天"]


def phones(phone: str, urgent_phone: str) -> list[str]:
    """Say whom to call, and when."""
    said = [f"工作日电话：{phone}" if phone else NO_PHONE]
    return said + ([f"夜间和休息日电话：{urgent_phone}"] if urgent_phone else [])
