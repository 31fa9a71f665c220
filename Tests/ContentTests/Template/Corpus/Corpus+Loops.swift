extension Corpus {
  /// Loops and all of `loop`.
  static let loops: CorpusTable = [
    "{% for i in items %}{{ i }},{% endfor %}": "pear,Apple,fig,",
    "{% for i in items %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }} {% endfor %}":
      "1032 2121 3210 ",
    "{% for i in items %}{{ loop.first }}{{ loop.last }}{{ loop.length }} {% endfor %}":
      "TrueFalse3 FalseFalse3 FalseTrue3 ",
    "{% for i in items %}{{ loop.previtem|d('-') }}<{{ i }}>{{ loop.nextitem|d('-') }} {% endfor %}":
      "-<pear>Apple pear<Apple>fig Apple<fig>- ",
    "{% for i in items %}{{ loop.cycle('odd', 'even') }} {% endfor %}": "odd even odd ",
    "{% for i in items %}{{ loop.cycle(*['a', 'b']) if false else loop.cycle('a') }}{% endfor %}": "aaa",
    "{% for i in [1, 1, 2, 2, 1] %}{{ loop.changed(i) }} {% endfor %}": "True False True False True ",
    "{% for i in [1, 1, 2] %}{% if loop.changed(i, i * 2) %}{{ i }}{% endif %}{% endfor %}": "12",
    "{% for i in items %}{{ loop.depth }}{{ loop.depth0 }}{% endfor %}": "101010",
    "{% for i in none_left %}x{% else %}nothing{% endfor %}": "nothing",
    "{% for i in items %}x{% else %}nothing{% endfor %}": "xxx",
    "{% for i in items if i == 'nope' %}x{% else %}nothing{% endfor %}": "nothing",
    "{% for n in numbers if n > 1 %}{{ n }}{{ loop.index }}{{ loop.length }} {% endfor %}": "312 222 ",
    "{% for n in numbers if n is odd %}{{ loop.first }}{{ loop.last }}{{ loop.nextitem|d('-') }} {% endfor %}":
      "TrueFalse1 FalseTrue- ",
    "{% for a, b in pairs %}{{ a }}={{ b }};{% endfor %}": "a=1;b=2;",
    "{% for (a, b) in pairs %}{{ a }}{{ b }}{% endfor %}": "a1b2",
    "{% for a, (b, c) in [[1, [2, 3]], [4, (5, 6)]] %}{{ a }}{{ b }}{{ c }} {% endfor %}": "123 456 ",
    "{% for (a,) in [[1], [2]] %}{{ a }}{% endfor %}": "12",
    "{% for a, b in ['xy', 'zw'] %}{{ a }}-{{ b }} {% endfor %}": "x-y z-w ",
    "{% for k in prices %}{{ k }} {% endfor %}": "tea Coffee milk ",
    "{% for k, v in prices|items %}{{ k }}:{{ v }} {% endfor %}": "tea:2.5 Coffee:3 milk:1 ",
    "{% for k, v in prices|dictsort %}{{ loop.index }}{{ k }}:{{ v }} {% endfor %}": "1Coffee:3 2milk:1 3tea:2.5 ",
    "{% for c in 'héy😀' %}[{{ c }}]{% endfor %}": "[h][é][y][😀]",
    "{% for i in (1, 2) %}{{ i }}{% endfor %}{% for i in 1, 2, 3 %}{{ i }}{% endfor %}": "12123",
    "{% for i in [1, 2] %}{% for j in [3, 4] %}{{ i }}{{ j }}{{ loop.index }} {% endfor %}{{ loop.index }}|{% endfor %}":
      "131 142 1|231 242 2|",
    "{% for row in nested %}{% set outer = loop %}{% for x in row %}{{ outer.index }}.{{ loop.index }}={{ x }} {% endfor %}{% endfor %}":
      "1.1=1 1.2=2 2.1=3 ",
    "{% for row in nested %}[{% for x in row %}{{ x }}{% else %}empty{% endfor %}]{% endfor %}": "[12][3][empty]",
    "{% for n in tree recursive %}{{ n.name }}{% if n.children %}({{ loop(n.children) }}){% endif %} {% endfor %}":
      "root(left right(leaf ) ) ",
    "{% for n in tree recursive %}{{ loop.depth }}{{ n.name }}{{ loop(n.children) }}{% endfor %}":
      "1root2left2right3leaf",
    "{% for n in tree recursive %}{{ loop.depth0 }}:{{ loop.index }}:{{ loop.last }} {{ loop(n.children) }}{% endfor %}":
      "0:1:True 1:1:False 1:2:True 2:1:True ",
    "{% for n in [[1, [2, [3]]]] recursive %}{% if n is sequence %}<{{ loop(n) }}>{% else %}{{ n }}{% endif %}{% endfor %}":
      "<1<2<3>>>",
    "{% for n in [3] recursive %}{{ n }}{% if n > 0 %}{{ loop([n - 1]) }}{% endif %}{% endfor %}": "3210",
    "{% for n in tree recursive %}{{ loop(n.children)|upper }}{{ n.name }} {% endfor %}": "LEFT LEAF RIGHT root ",
    "{% for n in tree if n.name != 'left' recursive %}{{ n.name }} {{ loop(n.children) }}{% else %}none {% endfor %}":
      "root right leaf none ",
    "{% for i in items %}{% if loop.first %}first{% elif loop.last %}last{% else %}mid{% endif %} {% endfor %}":
      "first mid last ",
    "{% for i in items %}{{ i }}{% if not loop.last %}, {% endif %}{% endfor %}": "pear, Apple, fig",
    "{% for i in items %}{{ i }}{{ ', ' if not loop.last }}{% endfor %}": "pear, Apple, fig",
    "{% for i in items|map('upper') %}{{ i }}{{ loop.last }}{{ loop.length }}{% endfor %}":
      "PEARFalse3APPLEFalse3FIGTrue3",
    "{% for i in items|map('upper') if i != 'FIG' %}{{ loop.index }}{{ i }}{% endfor %}": "1PEAR2APPLE",
    "{% for i in items|reverse %}{{ loop.revindex }}{{ i }} {% endfor %}": "3fig 2Apple 1pear ",
    "{% for i in numbers|sort %}{{ i }}{% endfor %}{% for i in numbers|batch(2) %}{{ i }}{% endfor %}": "123[3, 1][2]",
    "{% for i in items[1:] %}{{ i }}{% endfor %}{% for i in items[::-1] %}{{ i }}{% endfor %}": "ApplefigfigApplepear",
    "{% for age, group in people|groupby('age') %}{{ age }}: {% for p in group %}{{ p.name }}{{ loop.index }} {% endfor %}{% endfor %}":
      "25: Al1 30: bob1 Cy2 ",
    "{% for p in people %}{% for k, v in p|dictsort %}{{ k }}={{ v }}{{ ',' if not loop.last }}{% endfor %};{% endfor %}":
      "age=30,city=Paris,name=bob;age=25,city=Rome,name=Al;age=30,city=paris,name=Cy;",
    "{% for i in 'ab' %}{% for j in 'cd' %}{% for k in 'ef' %}{{ i ~ j ~ k }} {% endfor %}{% endfor %}{% endfor %}":
      "ace acf ade adf bce bcf bde bdf ",
    "{% for i in items %}{{ loop.index is odd }}{{ loop.index0 is divisibleby 2 }}{% endfor %}":
      "TrueTrueFalseFalseTrueTrue",
    "{% for i in [none, 0, ''] %}[{{ i }}]{% endfor %}": "[None][0][]",
    "{% for i in items %}{% endfor %}|{% for i in [] %}{% endfor %}|": "||",
    "{% for i in items if loop is defined %}x{% endfor %}{% for i in items %}{% if loop is defined %}y{% endif %}{% endfor %}":
      "yyy",
    "{% for i in yes and items or [] %}{{ i }}{% endfor %}": "pearApplefig",
    "{% for i in (items if no else numbers) %}{{ i }}{% endfor %}": "312",
    "{% for i in items if i|length > 3 and yes %}{{ i }}{% endfor %}": "pearApple",
    "{% for i in items + ['kiwi'] %}{{ i }} {% endfor %}{% for i in [0] * 3 %}{{ i }}{% endfor %}":
      "pear Apple fig kiwi 000",
    "{% for i in prices|dictsort(by='value', reverse=true) %}{{ i.0 }}{{ i[1] }} {% endfor %}": "Coffee3 tea2.5 milk1 ",
    "{% for a, b, c in ['abc', 'def'] %}{{ c }}{{ b }}{{ a }}{% endfor %}": "cbafed",
    "{% for line in ['a', 'b'] %}\n{{ line }}\n{% endfor %}\n": "\na\n\nb\n",
    "{% for x in user.tags %}{{ x }}{% endfor %}{% for x in user %}{{ x }} {% endfor %}": "xyname age address tags ",
    "{% for i in items %}{{ loop.changed(i|length) }}{% endfor %}{% for i in 'aab' %}{{ i if loop.changed(i) }}{% endfor %}":
      "TrueTrueTrueab",
    "{% for i in [[1, 2]] %}{% for j in i %}{{ loop.cycle('x', 'y', 'z') }}{% endfor %}{% endfor %}": "xy",
    "{% for i in [1, 2, 3] if i != 2 %}{{ loop.previtem|d('-') }}{{ i }}{{ loop.nextitem|d('-') }}{% endfor %}":
      "-1313-",
    "{% for n in [1, 2] %}{% for n in [3] %}{{ n }}{% endfor %}{{ n }}{% endfor %}": "3132",
    "{% for name in ['x'] %}{{ name }}{% endfor %}{{ name }}": "xAda Lovelace",
    "{% for i in items %}{{ loop['index'] }}{{ loop['first'] }}{% endfor %}": "1True2False3False",
    "{% for i in [1, 2, 3, 4, 5] %}{{ '[' if loop.index0 % 2 == 0 }}{{ i }}{{ ']' if loop.index % 2 == 0 or loop.last }}{% endfor %}":
      "[12][34][5]",
    "{% for _ in [1, 2] %}{{ _ }}{% endfor %}{% for i in [1] %}{{ loop.nope is defined }}{% endfor %}": "12False",
    "{% for a in [1] %}{% for b in [2] %}{{ a }}{% endfor %}{% else %}{{ a }}{% endfor %}": "1",
    "{% for i in nope|d([]) %}x{% else %}safe{% endfor %}": "safe",
  ]
}
