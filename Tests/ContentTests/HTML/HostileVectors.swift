/// Hostile HTML by class, one vector a line. `␀` is a zero byte, `␍` a carriage return, `␊` a line feed, `␉` a tab, `␌` a form
/// feed, `␛` an escape character.
enum HostileVectors {
  static let all: [(group: String, html: String)] = groups.flatMap { group, lines in
    lines.split(separator: "\n").map { (group, decoded(String($0))) }
  }

  private static func decoded(_ line: String) -> String {
    var text = line
    for (mark, character) in [("␀", "\0"), ("␍", "\r"), ("␊", "\n"), ("␉", "\t"), ("␌", "\u{C}"), ("␛", "\u{1B}")] {
      text = text.split(separator: mark, omittingEmptySubsequences: false).joined(separator: character)
    }
    return text
  }

  private static let groups: [(String, String)] = [
    ("event handlers", eventHandlers), ("script addresses", scriptAddresses), ("data addresses", dataAddresses),
    ("foreign content", foreignContent), ("mutation", mutation), ("broken markup", brokenMarkup),
    ("comments", comments), ("encodings", encodings), ("styles", styles), ("clobbering", clobbering),
    ("elements", elements), ("tables", tables),
  ]

  private static let eventHandlers = #"""
    <img src=x onerror=alert(1)>
    <img src="https://a.example/x.png" onload="alert(1)">
    <IMG SRC=x ONERROR=alert(1)>
    <img/src=x/onerror=alert(1)>
    <img src=x onerror␊=␊alert(1)>
    <img src=x on␀error=alert(1)>
    <img ␌src=x␌onerror=alert(1)>
    <p onclick="alert(1)" ONMOUSEOVER='alert(2)' onfocus=alert(3)>x</p>
    <div onpointerrawupdate=alert(1)>x</div>
    <a href="https://a.example/" onclick=alert(1) ontouchstart=alert(1)>x</a>
    <body onload=alert(1)>x
    <body onpageshow=alert(1)><p>x</body>
    <table background="javascript:alert(1)" onclick=alert(1)><tr onclick=alert(1)><td onclick=alert(1)>x</table>
    <details open ontoggle=alert(1)>x</details>
    <marquee onstart=alert(1)>x</marquee>
    <p on=x oNcLiCk=alert(1)>x</p>
    <p title="x" onclick="alert('>')">y</p>
    <p title='"onclick="alert(1)'>x</p>
    <p title="&quot; onclick=alert(1) x=&quot;">x</p>
    <p title=`" onclick=alert(1)//`>x</p>
    <p "onclick="alert(1)>x</p>
    <p onclick=alert(1) onclick=alert(2)>x</p>
    <p style="color:red"onclick=alert(1)>x</p>
    <p/onclick=alert(1)/style=color:red>x</p>
    <input autofocus onfocus=alert(1)>
    <video src=x onerror=alert(1)></video>
    <audio onloadstart=alert(1) src=x>
    """#

  private static let scriptAddresses = #"""
    <a href="javascript:alert(1)">x</a>
    <a href="JaVaScRiPt:alert(1)">x</a>
    <a href=" javascript:alert(1)">x</a>
    <a href="␉javascript:alert(1)">x</a>
    <a href="java␉script:alert(1)">x</a>
    <a href="java␊script:alert(1)">x</a>
    <a href="java␍script:alert(1)">x</a>
    <a href="java␀script:alert(1)">x</a>
    <a href="␛javascript:alert(1)">x</a>
    <a href="&#1;javascript:alert(1)">x</a>
    <a href="&#x6A;avascript:alert(1)">x</a>
    <a href="&#106&#97&#118&#97&#115&#99&#114&#105&#112&#116&#58alert(1)">x</a>
    <a href="&#0000106&#0000097&#0000118&#0000097script:alert(1)">x</a>
    <a href="&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)">x</a>
    <a href="jav&#x09;ascript:alert(1)">x</a>
    <a href="jav&#x0A;ascript:alert(1)">x</a>
    <a href="jav&#x0D;ascript:alert(1)">x</a>
    <a href="jav&Tab;ascript&colon;alert(1)">x</a>
    <a href="java&NewLine;script&colon;alert&lpar;1&rpar;">x</a>
    <a href="javascript&colon;alert(1)">x</a>
    <a href="javascript&#58;alert(1)">x</a>
    <a href="javascript&#x3a;alert(1)">x</a>
    <a href="javascript%3Aalert(1)">x</a>
    <a href="javascript :alert(1)">x</a>
    <a href="javascript://https://a.example/%0aalert(1)">x</a>
    <a href="//a.example/x">x</a>
    <a href="/\a.example/x">x</a>
    <a href="https:/a.example/x">x</a>
    <a href="https:a.example/x">x</a>
    <a href="https:\\a.example\x">x</a>
    <a href="https://a.example\@b.example/">x</a>
    <a href="https://user:pass@a.example/">x</a>
    <a href="https://a.example@b.example/">x</a>
    <a href="https://127.0.0.1/">x</a>
    <a href="https://0x7f.1/">x</a>
    <a href="https://2130706433/">x</a>
    <a href="https://[::1]/">x</a>
    <a href="https://a%2eexample/">x</a>
    <a href="https://a.example:99999/">x</a>
    <a href="https://a.example:x/">x</a>
    <a href="https://">x</a>
    <a href="https:///x">x</a>
    <a href="http://a.example/">x</a>
    <a href="ftp://a.example/">x</a>
    <a href="file:///etc/passwd">x</a>
    <a href="vbscript:msgbox(1)">x</a>
    <a href="livescript:x">x</a>
    <a href="mocha:x">x</a>
    <a href="jar:https://a.example!/x">x</a>
    <a href="view-source:https://a.example/">x</a>
    <a href="blob:https://a.example/x">x</a>
    <a href="intent://x#Intent;end">x</a>
    <a href="ms-msdt:/id">x</a>
    <a href="ms-word:ofe|u|https://a.example/x.docx">x</a>
    <a href="search-ms:query=x">x</a>
    <a href="feed:javascript:alert(1)">x</a>
    <a href="#x">x</a>
    <a href="?x">x</a>
    <a href="">x</a>
    <a href>x</a>
    <a href="mailto:a@b.example?attach=/etc/passwd">x</a>
    <a href="mailto:a@b.example?subject=x%0d%0aBcc:c@d.example">x</a>
    <a href="mailto:not an address">x</a>
    <a href="mailto:a@b.example?to=x&body">x</a>
    <a href="tel:&quot;><script>">x</a>
    <a href="cid:x">x</a>
    <img src="javascript:alert(1)">
    <img src="tel:1"> <img src="mailto:a@b.example">
    <img src="https://a.example/x.png?&quot;><script>alert(1)</script>">
    <a xlink:href="javascript:alert(1)" href="https://a.example/">x</a>
    <a href="https://a.example/" href="javascript:alert(1)">x</a>
    <a href="javascript:alert(1)" href="https://a.example/">x</a>
    <a href='https://a.example/&apos;"onmouseover=alert(1)//'>x</a>
    <a href="https://xn--a.example/">x</a>
    <a href="https://ex␊ample.example/">x</a>
    <a href="https://а.example/" target=_blank ping="https://b.example/">x</a>
    """#

  private static let dataAddresses = #"""
    <a href="data:text/html,<script>alert(1)</script>">x</a>
    <a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>
    <a href="DATA:text/html,x">x</a>
    <a href="d&#97;ta:text/html,x">x</a>
    <a href="data&colon;text/html,x">x</a>
    <img src="data:image/png;base64,iVBORw0KGgo=">
    <img src="data:image/svg+xml,<svg onload=alert(1)>">
    <img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">
    <img srcset="data:image/svg+xml,x 1x" src="https://a.example/x.png">
    <img lowsrc="javascript:alert(1)" dynsrc="javascript:alert(1)" src="cid:a">
    <object data="data:text/html,<script>alert(1)</script>"></object>
    <embed src="data:text/html;base64,PHNjcmlwdD4=">
    <iframe src="data:text/html,x"></iframe>
    <iframe srcdoc="<script>alert(1)</script>"></iframe>
    <td background="data:image/png;base64,x">y</td>
    <div style="background:url(data:image/png;base64,x)">y</div>
    <link rel=stylesheet href="data:text/css,*{color:red}">
    """#

  private static let foreignContent = #"""
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

  private static let mutation = #"""
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

  private static let brokenMarkup = #"""
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

  private static let comments = #"""
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

  private static let encodings = #"""
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

  private static let styles = #"""
    <p style="background:url(javascript:alert(1))">x</p>
    <p style="background-image:url(https://a.example/x)">x</p>
    <p style="background:url('https://a.example/x') red">x</p>
    <p style="background:u\72l(x)">x</p>
    <p style="background:\75rl(x)">x</p>
    <p style="width:expression(alert(1))">x</p>
    <p style="width:e/**/xpression(alert(1))">x</p>
    <p style="width:ex\pression(alert(1))">x</p>
    <p style="wid\th:1px">x</p>
    <p style="wi/**/dth:1px">x</p>
    <p style="color:red;/**/background:url(x)">x</p>
    <p style="color:/*">x</p>
    <p style="color:red/*;background:url(x)*/">x</p>
    <p style="-moz-binding:url(x)">x</p>
    <p style="behavior:url(x.htc)">x</p>
    <p style="position:fixed;top:0;left:0;width:100%;height:100%">x</p>
    <p style="position:absolute;z-index:9999">x</p>
    <p style="p\osition:fixed">x</p>
    <p style="margin:-9999px">x</p>
    <p style="margin-top:-1px;text-indent:-999px">x</p>
    <p style="transform:translate(1px);animation:x 1s;transition:all 1s">x</p>
    <p style="content:'x';counter-reset:x;quotes:'a' 'b'">x</p>
    <p style="color:var(--x)">x</p>
    <p style="--x:red;color:red">x</p>
    <p style="width:calc(1px + 2px)">x</p>
    <p style="width:attr(title px);color:env(x);width:min(1px,2px)">x</p>
    <p style="font-family:'x;}body{background:red'">x</p>
    <p style="font-family:&quot;x&quot;;color:red">x</p>
    <p style="font-family:a\'b">x</p>
    <p style="font-family:'a␊b'">x</p>
    <p style="font-family:'</p><script>alert(1)</script>'">x</p>
    <p style="font-family:url(x)">x</p>
    <p style="font:12px/1.5 'A B',serif;font:url(x) 12px x">x</p>
    <p style="list-style:url(x) inside">x</p>
    <p style="list-style-image:url(x)">x</p>
    <p style="cursor:url(x),auto">x</p>
    <p style="filter:progid:DXImageTransform.Microsoft.Alpha()">x</p>
    <p style="color:red}body{color:blue">x</p>
    <p style="{color:red}">x</p>
    <p style="@import 'x';color:red">x</p>
    <p style="color:red;;;;:;x;color">x</p>
    <p style="color:red!important;color:blue ! important;color:x!y">x</p>
    <p style="color:#ff;color:#ggg;color:#12345;color:#123">x</p>
    <p style="color:rgb(1,2,3);color:rgb(1 2 3 / 4);color:rgb(calc(1),2,3);color:rgb(1,2)">x</p>
    <p style="color:rgb(1,2,3;background:url(x))">x</p>
    <p style="width:1e9px;width:99999999px;width:1.23456px;width:+5px;width:.5em;width:5.px">x</p>
    <p style="width:100vw;height:100vh">x</p>
    <p style="COLOR:RED;Width:1PX">x</p>
    <p style="color&#58;red;background&#x3a;url&#40;x&#41;">x</p>
    <p style="color:red&#0;&#1;">x</p>
    <p style="color:ｒｅｄ;color:re‍d">x</p>
    <p style='color:red" onclick="alert(1)'>x</p>
    <p style="display:block;display:flex;display:contents;visibility:hidden;opacity:0">x</p>
    <p style="unicode-bidi:bidi-override;direction:rtl;writing-mode:vertical-rl">x</p>
    <p style="color:red;x:y(;color:blue)">x</p>
    <p style="&lt;/style&gt;&lt;script&gt;alert(1)">x</p>
    <p style="color: red; }</style><script>alert(1)</script>">x</p>
    <div style="mso-data-placement:x;mso-line-height-rule:exactly;mso-special-character:x">x</div>
    <style>@import url(x);</style><link rel=stylesheet href=x><p>y
    """#

  private static let clobbering = #"""
    <a id=location href="https://a.example/">x</a>
    <a name=body href="https://a.example/">x</a>
    <img name=cookie src="cid:a"><img id=getElementById src="cid:a">
    <form id=document name=forms><input name=submit></form>
    <div id=__proto__ class=constructor>x</div>
    <p id=x for=y form=z is=w slot=v part=u itemid=t>s</p>
    <p data-x=1 data-toggle=modal aria-label=x role=button tabindex=1>y</p>
    <p contenteditable draggable=true hidden inert popover autofocus accesskey=x nonce=y>z</p>
    <a href="https://a.example/" download ping=x rel=opener target=top referrerpolicy=unsafe-url>x</a>
    <img src="cid:a" usemap=#x ismap crossorigin loading=lazy decoding=async longdesc=x>
    <map name=x><area href=javascript:alert(1)></map>
    <object name=x></object><embed name=y><iframe name=z></iframe>
    <table id=x summary=y frame=z rules=all><tr id=a><td headers=b abbr=c nowrap>d</table>
    <p xmlns="x" xml:lang="de" xml:base="javascript:" xlink:href="javascript:alert(1)">y</p>
    <ol start=-1 type=x><li value=99999>a<li value=3 type=A>b</ol>
    """#

  private static let elements = #"""
    <base href="https://a.example/"><p>x
    <link rel=import href=x><p>y
    <meta name=x content=y>z
    <object type="text/html" data="https://a.example/"><p>x</object>
    <applet code=x><param name=a value=b></applet>
    <embed src=x allowscriptaccess=always>y
    <video><source src=x onerror=alert(1)></video>y
    <audio src=x><track src=y></audio>z
    <picture><source srcset=x><img src="cid:a"></picture>
    <canvas id=x>y</canvas>z
    <dialog open>x</dialog><portal src=x></portal><fencedframe src=x></fencedframe>
    <form action="https://a.example/"><input type=image src=x formaction=javascript:alert(1)><button formaction=x>y</button></form>
    <keygen><output>x</output><progress>y</progress><meter>z</meter>
    <label for=x>y</label><fieldset><legend>a</legend>b</fieldset>
    <bgsound src=x><blink>y</blink><basefont size=7>
    <layer src=x>y</layer><ilayer>z</ilayer>
    <xml id=x><i>y</i></xml>z
    <xss style="behavior:url(x)">y</xss>
    <section>a</section><article>b</article><main>c</main><nav>d</nav>
    <time datetime=x>y</time><data value=z>w</data><slot>v</slot>
    <big>a</big><tt>b</tt><strike>c</strike><u>d</u><center>e</center>
    <font color="red;x" size=9 face="url(x)">y</font>
    <font color=#f00 size=3 face="Arial,'Times New Roman'">y</font>
    <body background=javascript:alert(1) bgcolor="expression(1)" text=#000 link=red style="margin:0;behavior:x">y
    <hr width=50% align=center size=1 color=red noshade>
    <br clear=all style="color:red"><wbr title=x>
    """#

  private static let tables = #"""
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
