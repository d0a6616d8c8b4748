"""A drawing becomes part of a page: nothing in it acts, and nothing reaches outside."""

import pytest

from core.drawings import MOST_BYTES, clean_drawing
from core.errors import Invalid
from tests.builders import SHIPPED

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def drawing(inside="", more=""):
    return f'<svg {NAMES} viewBox="0 0 9 9"{more}>{inside}</svg>'.encode()


def cleaned(inside, more=""):
    return clean_drawing(drawing(inside, more))


def test_what_is_clean_stays_as_it_is():
    for file in SHIPPED.rglob("*.svg"):
        once = clean_drawing(file.read_bytes())
        assert clean_drawing(once.encode()) == once
        assert once.replace("fig-", "").replace("#", "") == file.read_text("utf-8").strip().replace("#", "")


def test_what_drawing_programs_add_is_left_out():
    sent = (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!-- Created with Inkscape -->\n'
        f'<svg {NAMES} xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"'
        ' width="210mm" height="297mm" viewBox="0 0 210 297" version="1.1" id="svg5" inkscape:version="1.2">'
        '<sodipodi:namedview id="n"><inkscape:grid/></sodipodi:namedview><metadata>x</metadata>'
        '<g inkscape:label="Layer 1" id="layer1" class="cls-1 hot"><rect style="fill:#ff0000;stroke-width:0.26;-inkscape-stroke:none" x="1"'
        ' id="rect9"/></g></svg>'
    )
    assert clean_drawing(sent.encode()) == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297"><g class="hot"><rect x="1" fill="#ff0000" stroke-width="0.26"/></g></svg>'
    )


def test_references_inside_the_drawing_work_and_take_no_name_of_the_page():
    kept = cleaned('<defs><linearGradient id="main"/></defs><path id="p" d="M0 0"/><rect fill="url(#main)"/><use xlink:href="#p"/>')
    assert '<linearGradient id="fig-main"/>' in kept
    assert 'fill="url(#fig-main)"' in kept
    assert '<use href="#fig-p"/>' in kept


def test_text_is_text():
    kept = cleaned("<text>1 &lt;script&gt; <![CDATA[<script>alert(1)</script>]]> &#60;b&#62;</text><g>stray</g>")
    assert "<script" not in kept
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in kept
    assert "stray" not in kept


def test_a_drawing_without_a_view_gets_it_from_its_size():
    assert 'viewBox="0 0 100 50.5"' in clean_drawing(f'<svg {NAMES} width="100px" height="50.5"/>'.encode())
    with pytest.raises(Invalid, match="viewBox"):
        clean_drawing(f"<svg {NAMES}/>".encode())


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<script href='x.js'/>",
        "<x:script xmlns:x='http://www.w3.org/2000/svg'>alert(1)</x:script>",
        "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
        "<iframe xmlns='http://www.w3.org/1999/xhtml' src='javascript:alert(1)'/>",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml' onload='x()'/></foreignObject>",
        "<rect onclick='x()'/>",
        "<rect ONLOAD='x()'/>",
        "<rect xlink:onload='x()'/>",
        "<a href='javascript:alert(1)'><rect/></a>",
        "<image href='https://example.org/x.png'/>",
        "<feImage href='https://example.org/x.png'/>",
        "<use href='https://example.org/x.svg#a'/>",
        "<use href='//example.org/x.svg#a'/>",
        "<use href='x.svg#a'/>",
        "<use href='data:image/svg+xml,x#a'/>",
        "<use xlink:href='java&#10;script:alert(1)'/>",
        "<linearGradient href='https://example.org/'/>",
        "<style>@import url(https://example.org/x.css);</style>",
        "<style><![CDATA[rect{fill:red}]]></style>",
        "<rect style='fill:url(https://example.org/x)'/>",
        "<rect style='width:expression(alert(1))'/>",
        "<rect style='background:url(javascript:alert(1))'/>",
        "<rect style='fill:u\\72l(https://example.org)'/>",
        "<rect fill='url(https://example.org/x.svg#a)'/>",
        "<rect fill='URL(https://example.org/x.svg#a)'/>",
        "<rect fill='url(//example.org)'/>",
        "<rect fill='url(\"https://example.org\")'/>",
        "<rect fill='u\\72l(https://example.org)'/>",
        "<rect fill='url/**/(https://example.org)'/>",
        "<rect fill='url(https://example.org'/>",
        "<rect fill='image-set(url(https://example.org) 1x)'/>",
        "<rect fill='var(--x, url(https://example.org))'/>",
        "<rect fill='red;background:url(x)'/>",
        "<animate attributeName='href' to='javascript:alert(1)'/>",
        "<set attributeName='href' to='javascript:alert(1)'/>",
        "<animateTransform/>",
        "<handler xmlns='http://www.w3.org/2001/xml-events'/>",
        "<video xmlns='http://www.w3.org/1999/xhtml' src='x'/>",
        "<?xml-stylesheet href='x.css'?>",
        "<g id='a'><use href='#a'/></g>",
        "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>",
        "<pattern id='p'><rect fill='url(#p)'/></pattern><rect fill='url(#p)'/>",
        "<g>" * 100 + "</g>" * 100,
        "<g>",
        "&nothing;",
    ],
)
def test_what_acts_or_reaches_outside_is_refused_with_its_line(inside):
    with pytest.raises(Invalid, match=r"^Line 2: "):
        cleaned("\n" + inside)


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>&b;</text></svg>',
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>&x;</text></svg>',
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<?xml-stylesheet href="x.css"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>',
        b'<html xmlns="http://www.w3.org/1999/xhtml"/>',
        b"<p>no drawing</p>",
        b"",
        b"MZ\x90\x00",
        b"\xff\xfe<\x00s\x00",
        b'<?xml version="1.0" encoding="nonsense"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>',
    ],
)
def test_what_is_no_plain_drawing_is_refused(body):
    with pytest.raises(Invalid, match=r"^Line "):
        clean_drawing(body)


def test_onload_on_the_root_is_refused():
    with pytest.raises(Invalid, match="onload"):
        cleaned("", " onload='x()'")


def test_a_drawing_that_multiplies_is_refused():
    steps = "".join(f"<g id='a{step}'>" + f"<use href='#a{step + 1}'/>" * 10 + "</g>" for step in range(8)) + "<rect id='a8'/>"
    with pytest.raises(Invalid, match="too many parts"):
        cleaned(steps)


def test_a_drawing_too_large_for_a_phone_is_refused():
    with pytest.raises(Invalid, match="300 kB"):
        clean_drawing(drawing(" " * MOST_BYTES))
