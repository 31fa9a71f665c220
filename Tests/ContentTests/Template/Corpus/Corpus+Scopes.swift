extension Corpus {
  /// `set`, `with` and `filter`, and how far a name reaches.
  static let scopes: CorpusTable = [
    "{% set x = 1 %}{{ x }}{% set x = 2 %}{{ x }}": "12",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }} {% set a, b = b, a %}{{ a }}{{ b }}": "12 21",
    "{% set (a, b) = [3, 4] %}{{ a }}{{ b }} {% set (a,) = [5] %}{{ a }} {% set a = 1, 2 %}{{ a }}": "34 5 (1, 2)",
    "{% set a, (b, c) = 1, (2, 3) %}{{ a }}{{ b }}{{ c }}": "123",
    "{% set name = 'new' %}{{ name }} {% set name = name ~ '!' %}{{ name }}": "new new!",
    "{% set x %}block {{ name }}{% endset %}{{ x }}{{ x|length }}": "block Ada Lovelace18",
    "{% set x | upper %}block{% endset %}{{ x }} {% set x | upper | replace('B', 'c') %}block{% endset %}{{ x }}":
      "BLOCK cLOCK",
    "{% set x %}<b>{{ html }}</b>{% endset %}{{ x }}": #"<b><b>bold</b> & "quoted" 'single'</b>"#,
    "{% set x %}{% set y = 1 %}{{ y }}{% endset %}{{ x }}{{ y is defined }}": "1False",
    "{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}": "231",
    "{% for i in [1, 2] %}{% set x = i %}{% endfor %}{{ x is defined }}": "False",
    "{% set x = 0 %}{% for i in [1, 2] %}{{ x }}{% set x = i %}{{ x }}{% endfor %}{{ x }}": "01020",
    "{% for i in [1, 2] %}{{ x is defined }}{% set x = i %}{{ x }}{% endfor %}": "False1False2",
    "{% if yes %}{% set x = 1 %}{% endif %}{{ x }} {% if no %}{% set z = 1 %}{% endif %}{{ z is defined }}": "1 False",
    "{% if no %}{% set name = 'x' %}{% endif %}{{ name }} {% if yes %}{% set name = 'y' %}{% else %}{% set name = 'z' %}{% endif %}{{ name }}":
      "Ada Lovelace y",
    "{% if yes %}{% set x = 1 %}{% else %}{% set x = 2 %}{% endif %}{{ x }}": "1",
    "{% with %}{% set x = 1 %}{{ x }}{% endwith %}{{ x is defined }}": "1False",
    "{% with x = 1 %}{{ x }}{% endwith %}{{ x is defined }}": "1False",
    "{% with x = 1, y = 2 %}{{ x }}{{ y }}{% endwith %}": "12",
    "{% with x = 1, y = x|d('outer') %}{{ y }}{% endwith %}": "outer",
    "{% set x = 'o' %}{% with x = 'i', y = x %}{{ x }}{{ y }}{% endwith %}{{ x }}": "ioo",
    "{% with name = name|upper %}{{ name }}{% endwith %}{{ name }}": "ADA LOVELACEAda Lovelace",
    "{% with a = 1 %}{% with a = a + 1, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}{% endwith %}": "211",
    "{% with %}{% set name = 'inner' %}{{ name }}{% endwith %}{{ name }}": "innerAda Lovelace",
    "{% with a, b = (1, 2) %}{{ a }}{{ b }}{% endwith %}": "12",
    "{% with x = items %}{% for i in x %}{{ i }}{% endfor %}{% endwith %}": "pearApplefig",
    "{% filter upper %}a {{ first }} b{% endfilter %}": "A ADA B",
    "{% filter upper|replace('A', '-') %}banana{% endfilter %} {% filter replace('a', 'b')|indent(2, true) %}aa\na{% endfilter %}":
      "B-N-N-   bb\n  b",
    "{% filter trim %}  x  {% endfilter %}| {% filter e %}<{{ html }}>{% endfilter %}":
      "x| &lt;&lt;b&gt;bold&lt;/b&gt; &amp; &#34;quoted&#34; &#39;single&#39;&gt;",
    "{% filter upper %}{% set x = 1 %}{{ x }}{% endfilter %}{{ x is defined }}": "1False",
    "{% filter upper %}{% filter lower %}AbC{% endfilter %}d{% endfilter %}": "ABCD",
    "{% filter upper %}{% for i in items %}{{ i }}{% endfor %}{% endfilter %}": "PEARAPPLEFIG",
    "{% set x = [] %}{% set x = x + [1] %}{{ x }} {% set d = {'a': 1} %}{{ d.a }}": "[1] 1",
    "{% set x = 1 if yes else 2 %}{{ x }} {% set y = not yes %}{{ y }} {% set z = 'a' in 'abc' %}{{ z }}":
      "1 False True",
    "{% set loop = 5 %}{{ loop }} {% for i in [1] %}{{ loop.index }}{% endfor %}{{ loop }}": "5 15",
    "{% for i in [1] %}{% set i = 2 %}{{ i }}{% endfor %} {% for i in [1, 2] %}{% set i = i * 10 %}{{ i }}{{ loop.index }}{% endfor %}":
      "2 101202",
    "{% set x = 1 %}{% if yes %}{% set x = 2 %}{% for i in [1] %}{% set x = 3 %}{% endfor %}{% endif %}{{ x }}": "2",
    "{% for i in [1, 2] %}{% if i == 1 %}{% set a = 'x' %}{% endif %}{{ a is defined }}{% endfor %}": "TrueFalse",
    "{% for i in [1, 2] %}{% if i == 1 %}{% set name = 'x' %}{% endif %}{{ name }} {% endfor %}{{ name }}":
      "x Ada Lovelace Ada Lovelace",
    "{% for x in [1] %}{% for x in [2] %}{% set x = 3 %}{{ x }}{% endfor %}{{ x }}{% endfor %}": "31",
    "{% set f = items|first %}{{ f }} {% set g = items|map('upper')|list %}{{ g }}": "pear ['PEAR', 'APPLE', 'FIG']",
    "{% set gen = items|map('upper') %}{{ gen|list }}{{ gen|list }}": "['PEAR', 'APPLE', 'FIG'][]",
    "{% set gen = items|map('upper') %}{% for i in gen %}{{ i }}{% endfor %}{% for i in gen %}{{ i }}{% else %}spent{% endfor %}":
      "PEARAPPLEFIGspent",
    "{% set rev = items|reverse %}{{ rev|first }}{{ rev|list }}": "fig['Apple', 'pear']",
    "{% set a %}x{% endset %}{% set b %}{{ a }}y{% endset %}{{ b ~ a }}": "xyx",
    "{% set x = 5 %}{% set y %}{% for i in [1, 2] %}{{ x + i }}{% endfor %}{% endset %}[{{ y }}]": "[67]",
    "{% set x = none %}{{ x }}{{ x is none }} {% set true_ = true %}{{ true_ }}": "NoneTrue True",
    "{% set q = nope|d('dflt') %}{{ q }} {% set q = nope is defined %}{{ q }}": "dflt False",
    "{{ x|d('before') }}{% set x = 'after' %}{{ x }}": "beforeafter",
    "{% for i in [1] %}{{ x|d('before') }}{% set x = 'after' %}{{ x }}{% endfor %}": "beforeafter",
    "{% if x is defined %}a{% else %}{% set x = 1 %}b{% endif %}{{ x }}": "b1",
    "{% with x = 1 %}{% for i in [1, 2] %}{% set x = x + 1 %}{{ x }}{% endfor %}{{ x }}{% endwith %}": "221",
    "{% for i in [1, 2] %}{% with j = i * 2 %}{% set k = j %}{{ k }}{% endwith %}{{ k is defined }}{% endfor %}":
      "2False4False",
    "{% set x = 'a' %}{% set y %}{% set x = 'b' %}{{ x }}{% endset %}{{ y }}{{ x }}": "ba",
    "{% set n = 1 %}{% for i in tree recursive %}{% set n = n + 1 %}{{ n }}{{ loop(i.children) }}{% endfor %}{{ n }}":
      "22221",
    "{% for i in [1, 2] %}{% for j in [1] %}{% set i = 9 %}{% endfor %}{{ i }}{% endfor %}": "12",
    "{% for i in items %}{% set last = i %}{% if loop.last %}{{ last }}{% endif %}{% endfor %}{{ last is defined }}":
      "figFalse",
    "{% set _ = 1 %}{{ _ }} {% set été = 2 %}{{ été }} {% set x1_y = 3 %}{{ x1_y }}": "1 2 3",
    "{% set a = [1, 2, 3] %}{% set b, c = a[0], a[-1] %}{{ b }}{{ c }}": "13",
    "{% set x = 'x' %}{% for i in [x, x ~ x] %}{% set x = i ~ '!' %}{{ x }}{% endfor %}{{ x }}": "x!xx!x",
    "{% set x = y|d(1) %}{% set y = x + 1 %}{{ x }}{{ y }}": "12",
    "{% set x = 1 %}{% with y = x %}{% set x = 2 %}{{ x }}{{ y }}{% endwith %}{{ x }}": "211",
  ]
}
