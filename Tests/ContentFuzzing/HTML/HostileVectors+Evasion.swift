/// What hides behind allowed markup: styles, names, elements; and the classes of the public cheat sheets, each with vectors of
/// our own making.
extension HostileVectors {
  static let styles = #"""
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

  static let clobbering = #"""
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

  static let elements = #"""
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

  /// The classes of the filter evasion cheat sheets that the other groups have not.
  static let filterEvasion = #"""
    <img """><script>alert(1)</script>"\>
    <img src=# onmouseover=alert(1)>
    <img src= onmouseover=alert(1)>
    <img onmouseover=alert(1)>
    <img src=/ onerror="alert(String.fromCharCode(49))"></img>
    <img src=x:alert(alt) onerror=eval(src) alt=1>
    <body onload!#$%&()*~+-_.,:;?@[/|\]^`=alert(1)>x
    <script/xss src=https://a.example/x.js></script>x
    <script src=//a.example/x.js?<b>
    <script src=//a.example/.j>
    <img src="javascript:alert(1)"
    <iframe src=https://a.example/x <
    <iframe src=# onmouseover=alert(1)></iframe>x
    </title><script>alert(1)</script>
    <input type="image" src="javascript:alert(1)">x
    <body background="javascript:alert(1)">x
    <ul style="list-style-image: url('javascript:alert(1)')"><li>x
    <br size="&{alert(1)}">x
    <link rel="stylesheet" href="javascript:alert(1)">x
    <meta http-equiv="Link" content="<https://a.example/x.css>; rel=stylesheet">x
    <meta http-equiv="Set-Cookie" content="a=<script>alert(1)</script>">x
    <style>@im\port'\ja\vasc\ript:alert(1)';</style>x
    <style type="text/javascript">alert(1);</style>x
    <style>.x{background-image:url("javascript:alert(1)");}</style><a class=x></a>y
    <img style="xss:expr/*x*/ession(alert(1))" src="cid:a">
    exp/*<a style='no\xss:noxss("*//*");xss:ex/*x*//*/*/pression(alert(1))'>x
    ¼script¾alert(1)¼/script¾
    <div style="background-image:\0075\0072\006C\0028'\006a\0061'\0029">x</div>
    <div style="background-image: url(&#1;javascript:alert(1))">x</div>
    <div style="width: expression(alert(1));">x</div>
    <td background="javascript:alert(1)">x
    <xml src="x.xml" id=i></xml><span datasrc=#i datafld=c dataformatas=html>x</span>
    <t:set attributename="innerHTML" to="x<script defer>alert(1)</script>">y
    <?import namespace="t" implementation="#default#time2">x
    <!--#exec cmd="/bin/echo '<scr'"--><!--#exec cmd="/bin/echo 'ipt>alert(1)</script>'"-->x
    <script a=">" src="https://a.example/x.js"></script>x
    <script =">" src="https://a.example/x.js"></script>x
    <script a=">" '' src="https://a.example/x.js"></script>x
    <script "a='>'" src="https://a.example/x.js"></script>x
    <script a=`>` src="https://a.example/x.js"></script>x
    <script a=">'>" src="https://a.example/x.js"></script>x
    <script>document.write("<scri");</script>pt src="https://a.example/x.js"></script>
    <a href="https://%77%77%77%2e%61%2e%65%78%61%6d%70%6c%65">x</a>
    <a href="https://1113982867/">x</a>
    <a href="https://0x42.0x0000066.0x7.0x93/">x</a>
    <a href="https://0102.0146.0007.00000223/">x</a>
    <a href="h␉ttps://6	6.000146.0x7.147/">x</a>
    <a href="https://a.example./">x</a>
    <a href="javascript:document.location='https://a.example/'">x</a>
    <a href="https://a.example/?x=javascript:alert(1)">x</a>
    <a onmouseover=alert(1)>x</a>
    <img src=`javascript:alert("x, 'y'")`>
    <a href=javascript&#58alert(1)>x</a>
    <a href="jav␀&#x0D;␀ascript:alert(1)">x</a>
    <a href="\x01javascript:alert(1)">x</a>
    <a href="javas%63ript:alert(1)">x</a>
    <a href="%6a%61vascript:alert(1)">x</a>
    <a href="ｊａｖａｓｃｒｉｐｔ:alert(1)">x</a>
    <a href="javascript：alert(1)">x</a>
    <a href="&#x2028;javascript:alert(1)">x</a>
    <a href="&#xA0;javascript:alert(1)">x</a>
    <a href="&#xFEFF;javascript:alert(1)">x</a>
    <svg/onload=alert(1)//
    <svg><script>alert&lpar;1&rpar;</script>x
    <p/onclick=alert(1)//title="x">y</p>
    <p title=x onclick=alert(1)//>y</p>
    <p title="x""onclick=alert(1)>y</p>
    <p title='x'onclick=alert(1)>y</p>
    """#

  /// Elements, attributes and behaviours that engines learnt later.
  static let recentEngines = #"""
    <style>@keyframes x{}</style><xss style="animation-name:x" onanimationend="alert(1)">y</xss>
    <xss onbeforetoggle=alert(1) popover id=x>y</xss><button popovertarget=x>z</button>
    <button popovertarget=x onclick=alert(1)>y</button>
    <xss oncontentvisibilityautostatechange=alert(1) style=display:block;content-visibility:auto>x
    <xss onscrollsnapchange=alert(1) style=overflow-y:hidden>x</xss>
    <details ontoggle=alert(1) open name=x><summary>y</summary>z</details>
    <dialog open onclose=alert(1)><form method=dialog><button>x</button></form></dialog>
    <video autoplay onloadedmetadata=alert(1)><source src="https://a.example/x.mp4"></video>x
    <img src="cid:a" onpointerover=alert(1) loading=lazy fetchpriority=high>
    <img srcset=",,,,," onerror=alert(1)>
    <picture><source srcset="https://a.example/x.png" onerror=alert(1)><img src="cid:a"></picture>
    <link rel=prefetch href="https://a.example/"><link rel=preconnect href="https://a.example/">x
    <a href="https://a.example/" attributionsrc="https://b.example/">x</a>
    <a href="https://a.example/" rel=noopener hreflang=en type=text/html>x</a>
    <template shadowrootmode=open><img src=x onerror=alert(1)></template>x
    <div><template shadowrootmode=closed><slot></slot></template>x</div>
    <selectlist><listbox slot=x behavior=x onclick=alert(1)>y</listbox></selectlist>
    <select><selectedcontent></selectedcontent><option><img src=x onerror=alert(1)></option></select>x
    <math><mi//xlink:href="data:x,<script>alert(1)</script>">x</math>
    <math><annotation-xml encoding="application/xhtml+xml"><p onclick=alert(1)>x</p></annotation-xml></math>
    <math><semantics><annotation-xml><foreignobject><script>alert(1)</script>x
    <svg><animate onbegin=alert(1) attributeName=x dur=1s>
    <svg><a><animate attributeName=href values=javascript:alert(1) /><text>x</text></a></svg>
    <svg><discard onbegin=alert(1)></svg>x
    <svg><style>&lt;/style&gt;&lt;img src=x onerror=alert(1)&gt;</style></svg>x
    <svg><desc><![CDATA[</desc><script>alert(1)</script>]]></svg>x
    <svg><title><a href="javascript:alert(1)">x</a></title></svg>
    <form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=alert(1) src>">
    <table><math><mtext><table><mglyph><style><math href=javascript:alert(1)>x</math></style>
    <math><mtext><img><mglyph><svg><mtext><textarea><a title="</textarea><img src=x onerror=alert(1)>">
    <noscript><p title="</noscript><style onload=alert(1)>">x
    <a><b><c><d><e><svg><f></a></svg><style><!--</style>--><img src=x onerror=alert(1)>
    <p id=x></p><form id=x><input name=attributes><input name=parentNode></form>
    <base target="x"><a href="https://a.example/">y</a>
    <base href="//a.example/"><img src="x.png">y
    <a href="https://a.example/"><svg><style><!--</style><a id="--><img src=x onerror=alert(1)>"></svg>x
    <textarea autofocus onfocus=alert(1)>x</textarea>y
    <embed code="x" allowscriptaccess=always type="application/x-shockwave-flash">x
    <object classid=clsid:0><param name=url value=javascript:alert(1)></object>x
    <portal src="https://a.example/" onload=alert(1)></portal>x
    <fencedframe config=x></fencedframe><model src=x></model>y
    <p style="background:image-set('https://a.example/x.png' 1x)">x</p>
    <p style="background:-webkit-image-set(url(x) 1x);background:cross-fade(url(x),url(y))">z</p>
    <p style="background:paint(x);mask:url(x);clip-path:url(x);offset-path:url(x)">y</p>
    <p style="color:color-mix(in srgb,red,blue);color:light-dark(red,blue);width:anchor-size(width)">x</p>
    <p style="position-anchor:--x;inset:0;translate:9px;scale:9;rotate:9deg;zoom:9">x</p>
    <p style="font:message-box;font-family:system-ui;font-size:clamp(1px,2px,3px)">x</p>
    <p style="container-type:inline-size;view-transition-name:x;interactivity:inert">y</p>
    """#
}
