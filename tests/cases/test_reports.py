"""A saved web page read as a report: what of it is content, and that nothing harmful comes out, in bounded time."""

import re

import pytest

from cases.reports.addresses import checked, plain
from cases.reports.page import Report, read_report
from core.errors import Invalid

MB = 1024 * 1024
PARAGRAPHS = [
    "At about 11 pm two contract workers began to reassemble the pipe on top of the reactor, while nitrogen was still flowing through it.",
    "A roll of duct tape had been left inside, about five feet below the opening, and one of the workers tried to reach it with a long wire.",
    "The permit that they had been given said that a nitrogen purge did not apply, and no sign at the opening warned of the gas.",
]
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Two men die at a reactor | Board of Inquiry</title>
<meta property="og:site_name" content="Board of Inquiry"><meta name="date" content="2006-03-02"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/reports">All reports</a></li></ul></nav>
<div class="advert">Buy a gas detector today, at half the price, while stocks last, from our sponsor.</div>
<main><h1>Two men die at a reactor</h1><div class="share-bar"><a href="#">Share this page with your friends</a></div>
<div class="body"><p>{PARAGRAPHS[0]}</p><h2>What was found</h2><p>{PARAGRAPHS[1]}</p>
<ul><li>No barrier at the opening</li><li>No sign at the opening</li></ul>
<table><caption>Readings</caption><tr><th>Place</th><th>Oxygen</th></tr><tr><td>Opening</td><td>18 %</td></tr><tr><td>Floor</td><td>1 %</td></tr></table>
<p>{PARAGRAPHS[2]}</p><img src="/pictures/reactor.jpg" alt="The opening of the reactor">
<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>
<h2>Related reports</h2></div></main>
<section class="comments"><p>A reader says that he once saw the very same thing at another plant, and nobody listened to him then.</p></section>
<footer>All rights reserved, Board of Inquiry, Washington, and all that is usually said here.</footer></body></html>"""


def read(page: str, address: str = "https://board.example/reports/reactor") -> Report:
    return read_report(page.encode(), address)


def article(inside: str) -> str:
    """A page whose content is two honest paragraphs with something between them."""
    return f"<html><head><title>Report</title></head><body><article><p>{PARAGRAPHS[0]}</p>{inside}<p>{PARAGRAPHS[1]}</p></article></body></html>"


def test_the_content_is_read_in_order_and_nothing_beside_it():
    report = read(PAGE)
    assert [block.kind for block in report.blocks] == ["paragraph", "heading", "paragraph", "list", "table", "paragraph", "image", "video"]
    assert [block.text for block in report.blocks if block.kind == "paragraph"] == PARAGRAPHS
    assert report.blocks[1].text == "What was found"
    assert report.blocks[1].level == 2
    assert report.blocks[3].items == ("No barrier at the opening", "No sign at the opening")
    assert report.blocks[4].rows == (("Readings",), ("Place", "Oxygen"), ("Opening", "18 %"), ("Floor", "1 %"))
    for beside in ("Home", "gas detector", "Share", "reader says", "rights reserved", "Related"):
        assert beside not in report.text
    assert "No sign at the opening" in report.text


def test_a_page_says_what_it_is():
    report = read(PAGE)
    assert (report.title, report.date, report.site, report.language) == ("Two men die at a reactor", "2006-03-02", "Board of Inquiry", "en")
    assert report.address == "https://board.example/reports/reactor"
    assert [(image.address, image.text) for image in report.media("image")] == [("https://board.example/pictures/reactor.jpg", "The opening of the reactor")]
    assert [video.address for video in report.media("video")] == ["https://www.youtube.com/watch?v=abcdefghijk"]


CHINESE = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>某化工厂氮气窒息事故调查报告_应急管理局</title></head><body>
<div class="nav"><a href="/">首页</a><a href="/a">信息公开</a></div>
<h1>某化工厂氮气窒息事故调查报告</h1><div>发布时间：2019年8月6日　来源：应急管理局　浏览：120</div>
<div class="TRS_Editor"><p>2019年7月19日，某化工厂检修班两名工人进入反应器作业，未办理受限空间作业票，也未进行气体检测。</p>
<p>二、事故原因</p><p>反应器内充有氮气，人孔处未设警示标志，作业人员进入后立即晕倒，镕炉旁的同事随即下去施救，也倒在罐内。</p>
<p>三、处理意见</p><p>对该企业处以罚款三十万元的行政处罚，并将有关责任人移送司法机关，对监管部门负责人给予警告处分。</p></div>
<div class="share">分享到：微信 微博</div><div class="footer">版权所有 应急管理局</div></body></html>"""


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"], ids=str)
def test_a_chinese_page_is_read_whatever_it_declares(encoding):
    report = read_report(CHINESE.encode(encoding), "")
    assert report.language == "zh"
    assert (report.title, report.date, report.site) == ("某化工厂氮气窒息事故调查报告", "2019-08-06", "应急管理局")
    assert "镕炉旁的同事" in report.text  # a character of GBK that GB2312 lacks
    assert "二、事故原因" in report.text
    assert "首页" not in report.text
    assert "分享到" not in report.text


def test_an_undeclared_encoding_is_found_by_its_bytes():
    page = CHINESE.replace("; charset=gb2312", "")
    assert "未办理受限空间作业票" in read_report(page.encode("gb18030"), "").text
    assert "café où" in read_report(article("<p>Le café où il était assis fut fermé après l’été, dit la société.</p>").encode("cp1252"), "").text


def test_an_old_page_laid_out_by_tables_has_paragraphs_and_no_table():
    rows = "<br><br>".join(PARAGRAPHS)
    page = f"<table><tr><td><a href='/'>Home</a></td><td><font size=2>{rows}</font></td></tr></table>"
    assert [block.text for block in read(page).blocks] == PARAGRAPHS


def test_a_page_need_not_say_where_its_body_begins():
    assert [block.text for block in read(f"<title>T</title><article><p>{PARAGRAPHS[0]}</p></article>").blocks] == [PARAGRAPHS[0]]


def test_a_web_archive_brings_its_own_address():
    body = f"<html><body><p>{PARAGRAPHS[0]}=E2=80=94</p></body></html>"
    archive = (
        'From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----B"\r\n\r\n\r\n'
        "------B\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: https://board.example/saved\r\n\r\n"
        f"{body}\r\n------B\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n------B--\r\n"
    )
    report = read_report(archive.encode())
    assert (report.text, report.address) == (f"{PARAGRAPHS[0]}—", "https://board.example/saved")


# Hostile pages.

HARMFUL = {
    "script": "<script>alert('evil')</script><SCRIPT src=//evil.example></SCRIPT >",
    "script in pieces": "<scr<script></script>ipt>alert(1)</scr</script>ipt>",
    "event handlers": '<img src="https://a.example/x.jpg" onerror="evil()"><p onclick=evil()>Some words</p><body onload=evil()>',
    "javascript links": '<a href="javascript:evil()">one</a><a href="JaVa&#115;cript&colon;evil()">two</a><a href=" &#14; java\tscript:evil()">three</a>',
    "javascript media": '<img src="javascript:evil()"><img src="java&#x0A;script:x"><iframe src="javascript:evil()"></iframe><embed src="vbscript:evil()">',
    "svg": "<svg onload=evil()><script>evil()</script><a href='javascript:evil()'><text>x</text></a></svg>",
    "data": '<img src="data:image/svg+xml;base64,PHN2Zz4="><iframe src="data:text/html,<script>evil()</script>"></iframe><a href="data:text/html,evil">x</a>',
    "frames": '<iframe src="https://evil.example/"></iframe><iframe srcdoc="<script>evil()</script>"></iframe><object data=evil.swf></object>',
    "refresh": '<meta http-equiv="refresh" content="0;url=javascript:evil()"><link rel=stylesheet href="javascript:evil()">',
    "base": '<base href="javascript:evil()//"><img src="x.jpg" alt="kept"><base href="data:text/html,">',
    "alt": '<img src="https://a.example/x.jpg" alt="<script>evil()</script>">',
    "told as text": "<p>&lt;script&gt;evil()&lt;/script&gt; &#60;img src=x onerror=evil()&#62; [x](javascript:evil())</p>",
    "null bytes": "<scr\0ipt>evil()</scr\0ipt><img src='java\0script:evil()'><p>Some\0 words</p>",
    "comment": "<!--><script>evil()</script><!-- --!><img src=x onerror=evil()>-->",
    "style": "<style>@import 'javascript:evil()'</style><p style='background:url(javascript:evil())'>Some words</p>",
    "template": "<template><script>evil()</script></template><noscript><img src=x onerror=evil()></noscript><textarea></textarea><script>evil()</script>",
    "laughs": '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]><?xml version="1.0"?><p>&lol2; &lol;</p>',
    "cdata": "<![CDATA[<script>evil()</script>]]>",
    "unclosed": "<a href='javascript:evil()",
}


def said(report: Report) -> list[str]:
    """Everything that a report hands on."""
    out = [report.title, report.date, report.site, report.language, report.summary, report.text, report.address]
    for block in report.blocks:
        out += [block.text, block.address, *block.items, *(cell for row in block.rows for cell in row)]
    return out


@pytest.mark.parametrize("inside", HARMFUL.values(), ids=HARMFUL.keys())
def test_nothing_harmful_comes_out_of_a_hostile_page(inside):
    report = read(article(inside) if "unclosed" not in inside else article("") + inside)
    assert PARAGRAPHS[0] in report.text
    for text in said(report):
        assert not re.search(r"<[a-z/!?]", text, re.I), text
        assert not re.search(r"(java|vb)script\s*:|data\s*:\s*(text|image)/", text, re.I), text
        assert "\0" not in text
    for block in report.blocks:
        assert not block.address or re.match(r"https?://[\w.-]+(/|$)", block.address), block.address


def test_a_base_that_is_no_web_address_is_not_followed():
    report = read(article(HARMFUL["base"]))
    assert [image.address for image in report.media("image")] == ["https://board.example/reports/x.jpg"]


def test_a_page_nested_too_deep_keeps_its_words():
    report = read(article("<div>" * 3_000 + "<p>The words deep inside are read like all the others, and nothing breaks.</p>" + "</div>" * 3_000))
    assert "The words deep inside" in report.text
    assert PARAGRAPHS[1] in report.text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no saved web page"),
        (b"Just words, no page", "no saved web page"),
        (b"%PDF-1.7 <html>", "no saved web page"),
        (b"\x89PNG\r\n\x1a\n<p>", "no saved web page"),
        (bytes(range(128, 256)) * 1000, "no saved web page"),
        (b"<p>" + b"x" * 16 * MB, "too large"),
        (b"<p>a" * 100_000, "more in it"),
    ],
    ids=["empty", "text", "pdf", "picture", "garbage", "too large", "too many"],
)
def test_what_is_no_page_is_refused_in_words(data, message):
    with pytest.raises(Invalid, match=message):
        read_report(data, "")


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe<\0p\0>\0\xd8",
        b"<p>\xc3\x28\xa0\xff words",
        b"\xef\xbb\xbf<p>\xff",
        b"<meta charset=utf-7><p>+ADw-script+AD4-",
        b"<meta charset=base64><p>hi",
    ],
    ids=["odd UTF-16", "no encoding", "untrue mark", "UTF-7", "no text encoding"],
)
def test_broken_or_untrue_encodings_raise_nothing(data):
    assert not re.search(r"<[a-z]", read_report(data, "").text)


@pytest.mark.parametrize(
    ("address", "want"),
    [
        ("https://a.example/b?c=d&e=f#g", "https://a.example/b?c=d&e=f#g"),
        ("/b c", "https://base.example/b%20c"),
        ("//a.example/b", "https://a.example/b"),
        ("HTTP://a.example/<b>\"'", "http://a.example/%3Cb%3E%22%27"),
        ("https://a.example/事故.html", "https://a.example/%E4%BA%8B%E6%95%85.html"),
        ("java\nscript:alert(1)", ""),
        ("\x01javascript:alert(1)", ""),
        ("https://user:secret@a.example/", ""),
        ("https://a.example:99999/", ""),
        ("http://[a", ""),
        ("file:///etc/passwd", ""),
        ("", ""),
        ("https://a.example/" + "b" * 3000, ""),
    ],
)
def test_only_web_addresses_pass(address, want):
    assert checked(address, "https://base.example/x") == want


def test_plain_text_stays_plain_where_it_is_put():
    assert plain("O2 <5 %, H2S < 10 ppm,\n data: none") == "O2 <5 %, H2S < 10 ppm, data: none"
    assert plain("<b>bold</b> javascript: x") == "‹b>bold‹/b> javascript  x"
