/// Hostile HTML by class, one vector a line. `␀` is a zero byte, `␍` a carriage return, `␊` a line feed, `␉` a tab, `␌` a form
/// feed, `␛` an escape character.
package enum HostileVectors {
  package static let all: [(group: String, html: String)] = groups.flatMap { group, lines in
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
    ("elements", elements), ("tables", tables), ("filter evasion", filterEvasion), ("recent engines", recentEngines),
  ]
}

extension HostileVectors {
  static let eventHandlers = #"""
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

  static let scriptAddresses = #"""
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

  static let dataAddresses = #"""
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
}
