"""Questions made by rule from policy documents.

Every rule looks at one passage and yields (rule name, question cores, short span, long span); spans are character ranges
of the passage. A core has no place in it: `prepare.py` adds the region or the document's name, drops words and varies
the tone.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from text import SENTENCE_END, pieces, trimmed

Span = tuple[int, int]


@dataclass
class Found:
    rule: str
    cores: list[str]
    short: Span
    long: Span
    about_document: bool = False  # the core names the document by itself


AMOUNT = r"\d[\d.,]*(?:万亿|万|亿|千|百)?(?:余)?(?:元|亩|个百分点|个|家|人次|人|吨|公里|户|项|名|平方米|平方公里|立方米|张|件|辆|套|所|倍|座|千瓦时|千瓦|公顷|[%％])(?:以上|左右|以内)?"
CHINESE_NUMBER = r"[一二三四五六七八九十百千万\d]+"
LEAD = re.compile(
    r"^(?:\s|第[一二三四五六七八九十百零\d]+[条章款](?:之一)?(?:【[^】]*】)?|[（(][一二三四五六七八九十\d]+[)）]|\d+[.、．﹒]|[一二三四五六七八九十]+[、是]"
    r"|(?:同时|其中|此外|另外|并且|但是|而且|到时)[，,]?|[，,])+"
)


def core(text: str) -> str:
    """A piece of a sentence, fit to stand in a question."""
    text = re.sub(r"\s", "", text)
    text = LEAD.sub("", text)
    text = re.sub(r"[（(][^（()）]*[)）]", "", text)
    text = re.sub(r"(?:根据|依照|按照|违反)?(?:本|该)(?:条例|办法|规定|细则|法|意见|通知)(?:的?规定|第[^，的]{1,8}条)?[，的]?", "", text)
    text = re.sub(r"(?:在)?本(?:市|省|自治区|行政区域|辖区|区|县)(?:行政区域)?内?(?:的)?", "", text)
    return text.strip("，,。；;：: 、的")


def good(text: str, low: int = 3, high: int = 40) -> bool:
    return low <= len(text) <= high and not re.search(r"[《》“”\"<>|*#]$|^[^\w《“]|前款|上述|该条|第[一二三四五六七八九十]+[款项条]|^(其|该|此|并|的|和|与|或|或者|以及|等)", text)


def clause_around(text: str, start: int, end: int) -> Span:
    """From the last clause mark before to the first one behind."""
    a = max((text.rfind(c, 0, start) for c in "，。；：\n")) + 1
    ends = [i for i in (text.find(c, end) for c in "，。；\n") if i >= 0]
    return trimmed(text, a, min(ends, default=len(text)))


def rules(text: str, section: list[str], title: str) -> Iterator[Found]:
    for rule in (
        target, growth, amount, responsible, duty, effective, definition, glossary, enumeration, penalty, deadline, handling,
        purpose, principle, encourage, prohibit, should, includes, heading, contact,
    ):
        yield from rule(text, section, title)


def target(text, section, title):
    pattern = rf"(20[2-3]\d)年(?:底|末)?(?:前)?，?([^，。；、\n\d]{{2,30}}?)(?:总数|总量)?(?:达到|超过|突破|提高到|提升至|提升到|增加到|控制在|稳定在|保持在|达)((?:约|近)?{AMOUNT})"
    for m in re.finditer(pattern, text):
        x, year = core(m[2]), m[1]
        if good(x, 3, 26) and not x.startswith(("底", "以来", "前", "全年")):
            yield Found("target", [
                f"到{year}年{x}要达到多少？", f"{year}年{x}的目标是多少？", f"{x}到{year}年的目标值是多少？", f"{year}年底前{x}要做到多少？",
                f"{year}年{x}是多少？", f"{x}{year}年有什么目标？", f"{x}计划到{year}年达到多少？",
            ], m.span(3), clause_around(text, m.start(2), m.end(3)))
    # The year stands at the head of the sentence, the figure in one of its later clauses.
    for a, b in pieces(text, re.compile(r"[。；\n]")):
        head = re.match(r"\s*[^，。]{0,6}到(20[2-3]\d)年(?:底|末)?，", text[a:b])
        if not head:
            continue
        for m in re.finditer(rf"[，、]([^，。；、\n\d]{{3,26}}?)(?:达到|超过|突破|提高到|提升至|提升到|增加到|控制在|达)({AMOUNT})", text[a:b]):
            x = core(m[1])
            if good(x, 3, 26):
                span = (a + m.start(2), a + m.end(2))
                yield Found("target", [f"到{head[1]}年{x}要达到多少？", f"{x}{head[1]}年的目标是多少？", f"{head[1]}年{x}预计达到多少？"],
                            span, clause_around(text, a + m.start(1), span[1]))


def growth(text, section, title):
    for m in re.finditer(rf"(?<=[，。；、\n])([^，。；、\n\d]{{3,22}}?)(?:同比|年均|累计)?(增长|下降|提高|达到|突破|超过|减少|增加到|新增|完成)((?:约|近|超)?{AMOUNT})", text):
        x, verb = core(m[1]), m[2]
        if not good(x, 3, 18) or re.search(r"分别|其中|至$|到$|比$|了$|人均$", x):
            continue
        if verb in ("增长", "下降", "提高", "减少"):
            cores = [f"{x}{verb}了多少？", f"{x}{verb}多少？", f"{x}的{'增幅' if verb in ('增长', '提高') else '降幅'}是多少？", f"{x}变化了多少？"]
        else:
            cores = [f"{x}{verb}多少？", f"{x}是多少？", f"{x}有多少？", f"{x}{verb}了多少？"]
        yield Found("growth", cores, m.span(3), clause_around(text, m.start(1), m.end(3)))


def amount(text, section, title):
    pattern = r"(?:对|凡)(?P<x>[^。；\n]{4,70}?)(?:的)?，[^。；\n]{0,40}?(?:给予|奖励|补助|补贴|资助|按|发放)[^。；，\n]{0,14}?(?P<n>(?:一次性)?(?:每[人户亩月年吨次][^\d，。；]{0,8})*(?:最高|不超过|不低于|不高于)?(?:每[人户亩月年吨次])?\d[\d.,]*(?:万|亿)?元(?:/[\w]{1,4})*)"
    for m in re.finditer(pattern, text):
        x = core(m["x"]).split("，")[0]
        if good(x, 4, 34):
            yield Found("amount", [
                f"{x}能拿到多少补助？", f"{x}奖励多少钱？", f"对{x}补贴多少？", f"{x}的奖补标准是多少？", f"{x}给多少钱？", f"对{x}给予多少支持？",
                f"{x}可以领多少？", f"{x}有多少奖励？",
            ], m.span("n"), clause_around(text, m.start("n"), m.end("n")))


def topic_of(section: list[str]) -> str:
    """The last heading without its number, when it says something."""
    if not section:
        return ""
    topic = LEAD.sub("", re.sub(r"\s", "", section[-1])).strip("。：:，；")
    topic = re.sub(r"[（(][^（()）]*[)）]", "", topic)
    return topic if 4 <= len(topic) <= 30 and "，" not in topic[:-1] and not re.match(r"^[\d\W]", topic) else ""


def responsible(text, section, title):
    for m in re.finditer(r"[（(](?:(?P<label>牵头单位|责任单位|责任部门|牵头部门|主办单位)[：:](?P<a>[^（()）；;：]{2,80})|(?P<b>[^（()）；;：]{2,60}?)(?:按职责分工)?(?:牵头|负责))", text):
        before = text[: m.start()]
        sentences = pieces(before, re.compile(r"[。；\n]"))
        said = core(before[slice(*sentences[-1])]).split("，")[0] if sentences else ""
        topic = topic_of(section) if topic_of(section) and text.count("单位：") + text.count("负责") < 3 else said
        group = "a" if m["a"] else "b"
        if good(topic, 5, 28):
            lead = "牵头" in m[0][:8] or "牵头" in m[0][-4:]
            yield Found("responsible", [
                f"{topic}由谁{'牵头' if lead else '负责'}？", f"{topic}的{'牵头' if lead else '责任'}单位是哪些？", f"{topic}归哪个部门管？",
                f"{topic}是哪个单位负责的？", f"谁来{topic}？", f"哪些部门负责{topic}？",
            ], trimmed(text, *m.span(group)), trimmed(text, m.start() + 1, m.end()))


def duty(text, section, title):
    pattern = r"(?P<a>[^。；，\n]{2,34}?(?:部门|机构|委员会|政府|局|中心|办公室|单位|企业|银行|学校|监察))(?:依法|具体|统一|主要)?负责(?!人)(?P<x>[^。；，、\n]{5,50}(?:、[^。；，\n]{2,30})?)(?=[。，；])"
    for m in re.finditer(pattern, text):
        a, x = core(m["a"]), core(m["x"])
        span = trimmed(text, m.start("a") + (LEAD.match(m["a"]).end() if LEAD.match(m["a"]) else 0), m.end("a"))
        long = (span[0], m.end("x"))
        if good(x, 5, 36) and span[1] - span[0] >= 3 and random_half(m["x"]):
            yield Found("duty", [
                f"谁负责{x}？", f"{x}由哪个部门负责？", f"{x}归谁管？", f"{x}由谁负责？", f"哪个单位负责{x}？", f"{x}是谁的职责？", f"负责{x}的是哪个部门？",
            ], span, long)
        elif good(a, 4, 24):
            yield Found("duty", [f"{a}负责什么？", f"{a}的职责是什么？", f"{a}主要管什么？", f"{a}负责哪些工作？", f"{a}承担什么职责？"],
                        trimmed(text, *m.span("x")), long)


def random_half(key: str) -> bool:
    return sum(map(ord, key)) % 3 != 0


def effective(text, section, title):
    pattern = r"自\s*(\d{4}年\d+月\d+日|公布之日|发布之日|印发之日)起(?:正式)?(?:施行|实施|执行)"
    for m in re.finditer(pattern, text):
        if not re.search(r"本|规定|办法|条例|通知|意见|措施|政策|公告", text[max(0, m.start() - 30) : m.start()]):
            continue
        inner = re.search(r"《(.+)》", title)
        inner = inner[1] if inner else title
        name = f"《{inner}》" if len(inner) <= 36 else inner
        short = re.sub(r"[（(][^（()）]*[)）]", "", re.sub(r"^.*关于(?:印发|发布|公布)?", "", inner))
        yield Found("effective", [
            f"{name}什么时候开始施行？", f"{name}何时生效？", f"{name}从哪天起执行？", f"{short}什么时候实施？", f"{short}自何时起施行？",
            f"{name}的施行日期是哪天？", f"{short}几时生效？", f"{name}的实施时间？",
        ], m.span(1), clause_around(text, *m.span()), about_document=True)


def definition(text, section, title):
    for m in re.finditer(r"所称(?:的)?(?P<x>[^，。、；\n]{2,20}?)，?(?:是)?(?:指|包括)(?P<y>[^。\n]{8,220})。", text):
        x = core(m["x"]).strip("“”")
        if good(x, 2, 18):
            start = m.start("x")
            yield Found("definition", [
                f"什么是{x}？", f"{x}是什么意思？", f"{x}指的是什么？", f"{x}是指什么？", f"{x}怎么界定？", f"{x}的定义是什么？", f"哪些属于{x}？", f"何谓{x}？",
                f"{x}的范围是什么？",
            ], m.span("y"), (start, m.end("y")))


def glossary(text, section, title):
    if section and "解释" in "".join(section):
        m = re.match(r"\s*\d+[.．、]\s*(?P<x>[^：\n]{3,20})：(?P<y>[^\n]{8,220}?)。?$", text)
        if m:
            x = m["x"].strip("“”")
            yield Found("glossary", [f"什么是{x}？", f"{x}是什么意思？", f"{x}指的是什么？", f"{x}包括哪些内容？", f"解释一下{x}"], m.span("y"), m.span("y"))


ITEM = re.compile(r"\s*(?:[（(][一二三四五六七八九十]+[)）]|[1-9]\d?[.、．]|第[一二三四五六七八九十]+[，、])")


def enumeration(text, section, title):
    for m in re.finditer(r"(?<=[。；\n])?(?P<lead>[^。；：\n]{3,70}?)(?P<w>下列|以下)(?P<n>[^。；：\n，]{2,14})(?P<tail>[^。；：\n]{0,12})：(?=\s*[（(1第])", text):
        start = end = re.compile(r"\s*").match(text, m.end()).end()
        for a, b in pieces(text[start:], re.compile(r"\n+")):
            if not ITEM.match(text[start + a : start + b]):
                break
            end = start + b
        start, end = trimmed(text, start, end)
        lead, noun = core(m["lead"]), core(m["n"])
        if not 15 <= end - start <= 380 or not good(lead, 3, 44) or len(noun) < 2:
            continue
        lead = lead.split("，")[-1] if len(lead) > 30 else lead
        if len(lead) < 4:
            continue
        noun = re.sub(r"(?:之一|的)$", "", noun)
        subject = re.sub(r"(?:应当|应|可以|不得|须|必须)?(?:遵守|履行|符合|具备|具有|包括|提交|采取|享有|实施|有|提供|载明|禁止|按照|承担)$", "", lead)
        cores = [f"{lead}哪些{noun}？", f"{lead}什么{noun}？", f"{lead}哪些{noun}", f"{lead}的{noun}有哪些？" if lead.endswith(("符合", "具备")) else f"{lead}哪些{noun}？"]
        if len(subject) >= 4 and subject != lead:
            cores += [f"{subject}的{noun}是什么？", f"{subject}有哪些{noun}？", f"{subject}有什么{noun}？"]
        yield Found("enumeration", cores, (start, end), (start, end))


def penalty(text, section, title):
    pattern = r"(?:违反[^。；，\n]{2,40}，)(?P<x>[^。；\n]{4,60}?)的，(?P<y>[^。；\n]{8,140})"
    for m in re.finditer(pattern, text):
        x = core(m["x"]).split("，")[0]
        if not good(x, 5, 36) or re.search("下列|之一|前两款", x):
            continue
        long = trimmed(text, *m.span("y"))
        which = sum(map(ord, x)) % 3
        fine = re.search(rf"(?:处以?|并处以?|可以处以?)?({CHINESE_NUMBER}元(?:以上{CHINESE_NUMBER}元)?(?:以下)?(?:的)?罚款)", m["y"])
        agent = re.match(r"由([^，。；]{3,40}?)(?:责令|处以?|给予|依法|予以|依照|按照|没收|进行|根据|批评)", m["y"])
        if which == 0 and fine:
            span = (m.start("y") + fine.start(1), m.start("y") + fine.end(1))
            yield Found("penalty", [f"{x}罚多少钱？", f"{x}要罚款多少？", f"{x}的罚款标准是多少？", f"{x}会被罚多少？", f"{x}处多少罚款？"], span, long)
        elif which == 1 and agent:
            span = (m.start("y") + agent.start(1), m.start("y") + agent.end(1))
            yield Found("penalty", [f"{x}由谁处罚？", f"{x}由哪个部门查处？", f"{x}归谁处理？", f"谁来处罚{x}的行为？"], span, long)
        else:
            yield Found("penalty", [f"{x}会受到什么处罚？", f"{x}怎么处罚？", f"{x}要承担什么责任？", f"{x}如何处理？", f"{x}有什么后果？", f"{x}会怎么样？"], long, long)


def deadline(text, section, title):
    pattern = rf"(?P<a>[^。；，\n]{{2,30}}?)应当(?:在|于)?自?[^。；，\n]{{2,30}}?(?:之日)?(?:起|后)(?P<n>{CHINESE_NUMBER}(?:个)?(?:工作日|日|天|个月|年|小时)(?:以)?内)，?(?P<z>[^。；，\n]{{4,36}})"
    for m in re.finditer(pattern, text):
        a, z = core(m["a"]), core(m["z"])
        if good(z, 4, 30) and good(a, 2, 24):
            yield Found("deadline", [
                f"{a}应当多久内{z}？", f"{a}{z}的期限是多长？", f"{a}在几天内{z}？", f"{z}的时限是多久？", f"{a}多长时间内要{z}？", f"{z}需要多长时间？",
            ], m.span("n"), trimmed(text, text.find("应当", m.start("a")) + 2, m.end("z")))


def handling(text, section, title):
    for m in re.finditer(r"(?<=[。；\n])(?:对|对于)(?P<x>[^。；，\n]{4,46}?)(?:的)?，(?P<y>[^。\n]{8,160})(?=[。])", text):
        x = core(m["x"])
        if good(x, 4, 36):
            span = trimmed(text, *m.span("y"))
            yield Found("handling", [
                f"对{x}有什么政策？", f"对{x}有什么规定？", f"{x}怎么处理？", f"{x}的如何处理？", f"对{x}采取什么措施？", f"{x}怎么办？", f"对{x}应当怎么做？",
                f"{x}有哪些优惠？" if re.search("免|减|补|奖|优先|给予", m["y"]) else f"{x}的怎么办？",
            ], span, span)


def purpose(text, section, title):
    m = re.search(r"(?:为了?|为进一步)(?P<why>[^。\n]{6,120}?)，(?:根据|依据|依照)(?P<basis>[^。\n]{4,150}?)，(?:结合[^，。\n]{2,30}，)?(?:特?制定|现)", text)
    if m and len(title) < 40:
        name = f"《{title.strip('《》')}》"
        if sum(map(ord, title)) % 2:
            yield Found("purpose", [f"为什么制定{name}？", f"制定{name}的目的是什么？", f"{name}是为了什么制定的？", f"{name}的立法目的？"],
                        m.span("why"), m.span("why"), about_document=True)
        elif "《" in m["basis"]:
            yield Found("purpose", [f"制定{name}的依据是什么？", f"{name}根据什么制定？", f"{name}的上位法有哪些？", f"{name}依据哪些法律制定？"],
                        m.span("basis"), m.span("basis"), about_document=True)


def principle(text, section, title):
    for m in re.finditer(r"(?P<a>[^。；，\n]{3,30}?)(?:应当|要|必须)?(?:遵循|坚持|贯彻|按照)(?P<p>[^。；\n]{5,80}?)的?原则", text):
        a = core(m["a"])
        if good(a, 3, 24):
            yield Found("principle", [f"{a}应当遵循什么原则？", f"{a}坚持什么原则？", f"{a}的原则是什么？", f"{a}要遵循哪些原则？", f"{a}按什么原则进行？"],
                        m.span("p"), clause_around(text, m.start("p"), m.end()))


def encourage(text, section, title):
    for m in re.finditer(r"(?:鼓励|支持|引导)(?:和支持|、支持|和引导|、引导)?(?P<a>[^。；，、\n]{2,16}?(?:企业|单位|个人|组织|机构|高校|院校|资本|力量|人才|协会|银行|学校|农户|人员|法人|公民|青年|部门))(?P<b>(?:开展|参与|设立|建设|发展|采取|通过|从事|利用|为|以|加大|加强|投资|对|将|采用|在)[^。；\n]{6,90})(?=[。；])", text):
        a = core(m["a"])
        if good(a, 2, 16):
            span = trimmed(text, *m.span("b"))
            yield Found("encourage", [f"鼓励{a}做什么？", f"支持{a}开展哪些工作？", f"{a}受到哪些鼓励？", f"鼓励{a}怎样参与？", f"对{a}有什么鼓励措施？"], span, trimmed(text, *m.span()))


def prohibit(text, section, title):
    for m in re.finditer(r"(?<=[。；\n 条])(?P<a>在[^。；，\n]{3,26}?)(?:，)?(?:禁止|不得|严禁)(?P<b>[^。；\n]{5,80})(?=[。；])", text):
        a = core(m["a"])
        if good(a, 4, 24) and "任何" not in a:
            span = trimmed(text, *m.span("b"))
            yield Found("prohibit", [f"{a}禁止什么？", f"{a}不得做什么？", f"{a}有哪些禁止行为？", f"{a}不能做什么？", f"{a}哪些行为是禁止的？"], span, span)


def should(text, section, title):
    for m in re.finditer(r"(?<=[。；\n])(?P<a>[^。；，\n]{5,40}?)应当(?P<b>[^。\n；]{10,120})(?=[。；])", text):
        a = core(m["a"])
        if good(a, 6, 24) and not re.search("县级以上|人民政府$|^各|有关部门$", a):
            span = trimmed(text, *m.span("b"))
            yield Found("should", [f"{a}应当怎么做？", f"对{a}有什么要求？", f"{a}应当做什么？", f"{a}要做哪些事？", f"{a}有什么义务？", f"{a}需要做什么？"], span, span)


def includes(text, section, title):
    for m in re.finditer(r"(?P<a>[^。；，\n]{3,26}?)(?:主要|一般|应当)?(?P<v>包括|由|用于|分为|实行)(?P<b>[^。；\n]{4,90}?)(?P<t>组成|构成)?(?=[。；])", text):
        a, v = core(m["a"]), m["v"]
        if not good(a, 4, 22) or re.search("应当|鼓励|可以|不得", a) or (v == "由") != bool(m["t"]) or (v == "包括" and "、" not in m["b"]):
            continue
        cores = {
            "包括": [f"{a}包括哪些？", f"{a}有哪些？", f"{a}包含什么？", f"{a}都有什么？"],
            "由": [f"{a}由什么组成？", f"{a}由哪些部分组成？", f"{a}的组成？"],
            "用于": [f"{a}用于什么？", f"{a}用在哪些方面？", f"{a}有什么用途？", f"{a}可以干什么用？"],
            "分为": [f"{a}分为哪几类？", f"{a}怎么分类？", f"{a}分几种？"],
            "实行": [f"{a}实行什么制度？", f"{a}实行什么？", f"{a}怎么管理？"],
        }[v]
        yield Found("includes", cores, trimmed(text, *m.span("b")), clause_around(text, m.start("b"), m.end("b")) if m.end("b") - m.start("b") < 20 else trimmed(text, *m.span("b")))


def heading(text, section, title):
    topic = topic_of(section)
    if not topic or re.search(r"^(总则|附则|其他|前言|附件|法律责任|组织实施|保障措施)|是$|的$|公司|会议|大会", topic):
        return
    at = re.sub(r"\s", "", text[:80]).find(topic)
    start = 0
    if at >= 0:
        close = re.search(re.escape(topic[-2:]) + r"[。：:\s]*", text)
        start = close.end() if close and close.end() < 90 else 0
    if not start:
        return
    tail = re.search(r"[（(](?:[^（()）]{0,40}(?:单位|部门|负责|牵头))[^（()）]*[)）]?[。\s]*$", text)
    stop = tail.start() if tail and tail.start() > start + 15 else len(text)
    end = start
    for a, b in pieces(text[start:stop], SENTENCE_END):
        if end > start and b > 220:
            break
        end = start + b
    start, end = trimmed(text, start, end)
    if end - start < 20 or end - start > 320:
        return
    if re.match(r"(?:加|推|建|完|提|强|优|健|落|实|支|促|扩|发|培|深|开|做|打|规|严|构|拓|创|引|统|保|鼓|改|压|减|全|大力|积极|着力|进一步|稳|降|延|放|简|组|探|聚|持续|加快|严)", topic):
        cores = [f"如何{topic}？", f"怎样{topic}？", f"{topic}有哪些措施？", f"{topic}有哪些举措？", f"{topic}要做哪些工作？", f"怎么{topic}？", f"{topic}的具体内容是什么？",
                 f"{topic}方面有什么政策？", f"采取什么措施{topic}？", f"为{topic}，要怎么做？"]
    else:
        cores = [f"{topic}是什么？", f"{topic}有哪些？", f"{topic}的内容是什么？", f"{topic}有什么规定？", f"关于{topic}有哪些要求？"]
    yield Found("heading", cores, (start, end), (start, end))


def contact(text, section, title):
    for m in re.finditer(r"(?P<l>(?:联系|咨询|监督|举报|服务|投诉)?(?:电话|热线|邮箱|地址|网址|传真|信箱|联系人|截止时间|报名时间|申报时间))[：:为](?P<v>[^，。；、\n（）]{4,40})", text):
        label, span = m["l"], trimmed(text, *m.span("v"))
        subject = core(re.sub(r"^.*关于(?:印发|发布|公布|开展|组织)?|的(?:通知|公告|通告)$", "", title))[:18]
        if span[1] - span[0] >= 4 and "年月" not in m["v"] and "X" not in m["v"]:
            yield Found("contact", [f"{subject}的{label}是什么？", f"{subject}的{label}是多少？", f"{subject}{label}", f"{label}是什么？"], span, trimmed(text, *m.span()))


def vary(question: str, rng: random.Random, cutter) -> str:
    """The same question in another tone: formal words swapped, a word lost, the mark lost."""
    for old, new in (("应当", "应该"), ("应当", "要"), ("什么", "啥"), ("如何", "怎么"), ("哪些", "什么"), ("多少", "多少钱" if "元" in question else "多少"), ("是什么？", "？"), ("怎样", "咋样")):
        if old in question and rng.random() < 0.07:
            question = question.replace(old, new, 1)
    if len(question) > 14 and rng.random() < 0.15:
        words = list(cutter(question))
        droppable = [i for i, w in enumerate(words[:-3]) if not re.search(r"[\d《》市省县区谁哪什几怎何不未禁罚责]", w)]
        if len(words) > 6 and droppable:
            words.pop(rng.choice(droppable))
            question = "".join(words)
    if rng.random() < 0.3:
        question = question.rstrip("？")
    if rng.random() < 0.05:
        question = rng.choice(["请问", "想问一下，", "我想知道", "麻烦问下"]) + question
    return question
