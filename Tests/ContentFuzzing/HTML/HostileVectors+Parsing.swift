/// What confuses parsers: foreign content, broken and mutating markup, comments, encodings, tables.
extension HostileVectors {
  static let foreignContent = #"""
    <svg onload=alert(1)>
    <svg/onload=alert(1)>
    <svg><script>alert(1)</script></svg>
    <svg><script href="data:,alert(1)"/></svg>
    <svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>
    <svg><animate attributeName=href to=javascript:alert(1) /></svg>
    <svg><set attributeName=onmouseover to=alert(1)></svg>
    <svg><foreignObject><p onclick=alert(1)>x</p></foreignObject></svg>
    <svg><desc><img src=x onerror=alert(1)></desc></svg>
    <svg><title><style><img src=x onerror=alert(1)></style></title></svg>
    <svg><style><img src=x onerror=alert(1)></style></svg>
    <svg><p><style><g title="</style><img src onerror=alert(1)>"></svg>
    <svg></p><style><a id="</style><img src=1 onerror=alert(1)>">
    <svg><![CDATA[><image xlink:href="]]><img src=x onerror=alert(1)//"></svg>
    <svg><use href="data:image/svg+xml,<svg id='x'>#x"/></svg>
    <svg><image href="https://a.example/x"></svg>
    <svg><font color=red><table><tr><td>x
    <math><mi xlink:href="javascript:alert(1)">x</mi></math>
    <math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">
    <math><mtext><h1><a><h6></a></h6><mglyph><svg><mtext><style><a title="</style><img src onerror='alert(1)'>"></style></h1>
    <math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml></math>
    <math href="javascript:alert(1)">x</math>
    <math><maction actiontype="statusline#https://a.example" xlink:href="javascript:alert(1)">x</maction></math>
    <form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
    <svg></br><style><!--</style>--><img src=x onerror=alert(1)>
    <x><svg><x><svg></x></svg><style><img src onerror=alert(1)>
    <SVG><SCRIPT>alert(1)</SCRIPT></SVG>
    <?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>
    """#

  static let mutation = #"""
    <noscript><p title="</noscript><img src=x onerror=alert(1)>">
    <noscript><style></noscript><img src=x onerror=alert(1)>
    <textarea><p title="</textarea><img src=x onerror=alert(1)>">
    <title><p title="</title><img src=x onerror=alert(1)>">
    <style><p title="</style><img src=x onerror=alert(1)>">
    <xmp><p title="</xmp><svg/onload=alert(1)>">
    <noembed><p title="</noembed><svg/onload=alert(1)>">
    <noframes><p title="</noframes><svg/onload=alert(1)>">
    <iframe><p title="</iframe><svg/onload=alert(1)>">
    <plaintext><p title="</plaintext><svg/onload=alert(1)>">
    <listing>&lt;img src=x onerror=alert(1)&gt;</listing>
    <listing>␊␊<p>x</listing>
    <pre>␊␊x</pre><pre>␊</pre><pre>&#10;&#10;x</pre><pre>␍␊x</pre>
    <pre><b>␊x</b></pre>
    <p><table><td></p><p>x</table>
    <p><p><p></p></p>x</p></p>
    <a href="https://a.example/">1<a href="https://b.example/">2<a href="https://c.example/">3
    <a href="https://a.example/"><table><td><a href="https://b.example/">x</table>y</a>
    <a href="https://a.example/"><div><a href="https://b.example/">x</div>y</a>
    <b><i><p>x</b>y</i>z</p>
    <b><b><b><b><b><p>x</b></b></b></b></b>y
    <i><b><u><s><em><p>1<p>2</i>3</b>4</u>5</s>6</em>7
    <div><b></div><p>x<p>y</b>z
    <h1><h2>x</h1>y</h2>
    <h1><div><h2>x</h2></div></h1>
    <h1>a<a>b<h2>c</h2></a></h1>
    <h2><a href=javascript:x>b<h3>c</a>d</h2>e
    <ul><li>1<li>2<ul><li>3</ul>4<p>5<li>6</ul>7
    <li>1<ol>2<li>3<div><li>4</div></ol>5
    <dl><dt>1<dd>2<dt>3<p>4<dd>5</dl>6
    <form><form><p>x</form>y</form>
    <form><input name=parentNode><input name=attributes></form>
    <form><div></form><form><b>x</form>y
    <select><option>1<optgroup><option>2</select>3
    <select><style></select><img src=x onerror=alert(1)></style>
    <select><iframe></select><img src=x onerror=alert(1)></iframe>
    <button><p>1<button>2<p>3</button>4
    <nobr>1<nobr>2<p>3<nobr>4
    <ruby>1<rt>2<rp>3<rt>4</ruby>5
    <template><p onclick=alert(1)>x</template>y
    <template><template></template><img src=x onerror=alert(1)></template>
    <table><template><tr><td>x</template><td>y</table>
    <math><p></math><style><img src=x onerror=alert(1)></style></p>
    <isindex action=javascript:alert(1) type=image>
    <image src="https://a.example/x.png" onerror=alert(1)>
    <frameset onload=alert(1)><frame src=x></frameset>
    <p>x<frameset><frame></frameset>y
    </p></br></h1></div></a>x
    <br></br><hr></hr><img src="cid:a"></img>
    <marquee><p>1<marquee><p>2</marquee>3
    <object><p>1<object><p>2</object>3</object>4
    <p><object><p>1</object>2</p>3
    <center><p>1<center>2</p>3</center>4
    <font size=1><p>1<font size=2><p>2</font>3</font>4
    <p><b title="1"><p><b title="2"><p><b title="3"><p>x
    <option><p>x<option>y<option>
    <body><body title=x><body lang=de>x
    <html lang=en><html dir=rtl>x<html title=y>
    <head><style>x</style><p>y</head>z
    """#

  static let brokenMarkup = #"""
    <
    <<
    <>x</>
    </ p>x
    <p
    <p title="
    <p title="x
    <p title=x
    <p title='x>y
    <img src="cid:a" alt="x
    <img src="cid:a"alt=x>
    <<script>alert(1)</script>
    <scr<script>ipt>alert(1)</scr</script>ipt>
    <script>alert(1)
    <script>alert("</script>")</script>
    <script><!--<script>alert(1)</script>--></script>x
    <SCRIPT SRC=https://a.example/x.js></SCRIPT>
    <script/x>alert(1)</script/x>
    <script␊>alert(1)</script␊>
    </script>x</style>y
    <style>*{x:expression(alert(1))}
    <p><script>alert(1)</p></script>x
    < script>alert(1)</ script>
    <p =x>y</p>
    <p ==>y</p>
    <p title==x>y</p>
    <p / title=x>y</p>
    <p/title="x"/lang="de">y</p>
    <p title=x/>y</p>
    <div/>x</div>y
    <b>x<b/>y
    <img src="cid:a"/ alt="x"/>
    <a/href="https://a.example/">x</a>
    <a␊href="https://a.example/"␊>x</a␊>
    <P><B>x</b></p>
    x<y>z</y>
    <foo:bar>x</foo:bar><o:p>y</o:p>
    <p::>x</p::>
    <p<p>x
    <p<!-- -->x
    <custom-element onclick=alert(1)>x</custom-element>
    <x-svg>x</x-svg>y
    <img src="cid:a" src="javascript:alert(1)" alt=1 alt=2>
    <!doctype html><!DOCTYPE x><p>y
    """#

  static let comments = #"""
    <!-- x -->y
    <!--><img src=x onerror=alert(1)>-->
    <!---><img src=x onerror=alert(1)>-->
    <!-- --!><img src=x onerror=alert(1)>-->
    <!-- <!-- --><img src=x onerror=alert(1)>-->
    <!--x--␊><img src=x onerror=alert(1)>-->
    <!-x-><img src=x onerror=alert(1)>
    <! foo="><script>alert(1)</script>">
    <? foo="><script>alert(1)</script>">
    </ foo="><script>alert(1)</script>">
    <!--[if gte IE 4]><script>alert(1)</script><![endif]-->
    <!--[if mso]><table><tr><td><![endif]--><p>x</p><!--[if mso]></td></tr></table><![endif]-->
    <![if !mso]><p>x</p><![endif]>
    <!--[if !mso]><!--><p>x</p><!--<![endif]-->
    <![CDATA[<script>alert(1)</script>]]>
    <![CDATA[x]]><p>y</p>
    <!ENTITY x "y"><!ELEMENT a>z
    <?php echo 1 ?><?import namespace="t">x
    <%= x %><p>y</p>
    <comment><img src="</comment><img src=x onerror=alert(1)//">
    <!--
    <!-- x
    <!-- x --
    x<!-- y -->z<!-- --><b>w
    <<!-- -->script>alert(1)</<!-- -->script>
    &<!-- -->lt;script&gt;
    <p title="<!-- ">x</p><p title=" -->">y</p>
    <style><!--</style><img src=x onerror=alert(1)>--></style>
    """#

  static let encodings = #"""
    x␀y<␀script>alert(1)</␀script>
    <scr␀ipt>alert(1)</scr␀ipt>
    <p␀ title␀=␀"x␀">y</p␀>
    <img src="cid:a␀b">
    &lt;script&gt;alert(1)&lt;/script&gt;
    &#60script&#62alert(1)&#60/script&#62
    &#x3c;img src=x onerror=alert(1)&#x3e;
    &#0;&#x0;&#xD800;&#x110000;&#xFFFE;&#xFDD0;&#128;&#159;
    &amp;lt;script&amp;gt;
    &lt&gt&amp&quot&copy&notit;&notin;&ampx
    &unknown; &; &# &#x &#x; & x
    +ADw-script+AD4-alert(1)+ADw-/script+AD4-
    \x3cscript\x3ealert(1)\x3c/script\x3e
    %3Cscript%3Ealert(1)%3C/script%3E
    ＜script＞alert(1)＜/script＞
    ‹script›alert(1)
    <ｓcript>alert(1)</ｓcript>
    <ſcript>alert(1)</ſcript>
    <İmg src=x onerror=alert(1)>
    <p title="&#x202e;x">‮gpj.exe</p>
    <p>a&#8238;b&#8294;c&#8297;d&#65279;e&#917569;f</p>
    <p title="a␊b␉c␍d">x␍␊y␍z</p>
    <p>&nbsp;&shy;&zwnj;&zwj;&lrm;&rlm;&#8203;&#8232;</p>
    <p title="&nbsp;&shy;&quot;&lt;">x</p>
    <meta charset=utf-7><p>x
    <meta http-equiv=refresh content="0;url=javascript:alert(1)">
    <meta http-equiv="Content-Type" content="text/html; charset=utf-16"><p>x
    &#xFFF9;0&#xFFFB;<p title="&#xFFF9;0&#xFFFB;">x
    <a href="https://a.example/&#xFFF9;0&#xFFFB;">x</a>
    """#

  static let tables = #"""
    <table>x<tr>y<td>z</table>
    <table><p>x<tr><td>y</table>
    <table><tr><td>1</tr></td>2</table>3
    <table><td>1<table><td>2</table>3</table>
    <table><table><td>1</table></table>
    <table><caption>1<caption>2<tr><td>3</table>
    <table><col><td>1<col></table>
    <table><colgroup><col><p>x</colgroup><tr><td>1</table>
    <table><thead><tr><th>1<tbody><td>2<tfoot><td>3</table>
    <td>1</td><tr>2</tr><tbody>3</tbody><caption>4</caption><col>5
    <table><tr><td><p>1</td><td></p>2</table>
    <table><b><tr><td>x</b></table>y
    <table><a href="https://a.example/"><tr><td>x</a></table>y
    <table><form><tr><td><input></form></table>
    <table><input type=hidden><input><tr><td>x</table>
    <table><select><tr><td>x</select></table>
    <table><svg><tr><td>x</svg></table>
    <table><script>alert(1)</script><style>x</style><tr><td>y</table>
    <table width="100%" height="x" border=1px cellpadding=99999 bgcolor="red;" align=middle><td width=5em colspan=-1>x
    <table><tr></tr></tbody></thead></tfoot></td></caption><td>x</table>
    <div><table><tr><td></div>x</table>y</div>
    """#
}
