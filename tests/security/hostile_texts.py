"""What somebody may type into any field: texts that become more than text where output is not escaped."""

from __future__ import annotations

XSS = (
    "<script>alert(1)</script>",
    "</title></textarea><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><b id=a1 onclick=alert(1)>x</b>",
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover='alert(1)",
    "` onmouseover=`alert(1)",
    "javascript:alert(1)",
    "java\tscript:alert(1)//",
    "data:text/html,<script>alert(1)</script>",
    "//evil.test/%2e%2e",
    "\\\\evil.test\\x",
    "</script><script>alert(1)</script>",
    "';alert(1);//",
    "${alert(1)}",
    "</style><style>*{background:url(//evil.test)}</style>",
    "expression(alert(1));color:red;}",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "\u202e\u2066gpj.exe\u2069<b>\u202c",
    "&lt;script&gt;&#x3c;b&#x3e;&quot;",
    "{{7*7191}}{% for x in [1] %}#{7*7191}<%= 7*7191 %>",
    "%(name)s %s %d %% %n %(x)08d",
    "{0}{x}{x.__class__}",
    "<!--<iframe src=//evil.test>-->]]>",
    '<a href="javascript:alert(1)" hx-get=/sign-out hx-trigger=load>x</a>',
)
FORMULAS = (
    "=1+7191",
    '=HYPERLINK("http://evil.test","x")',
    "+7191",
    "-7191+1",
    "@SUM(1)",
    "\t=1+7191",
    "＝1+7191",
    "=cmd|'/c calc'!A1",
)
EVALUATED = "50337"
"""What a template engine makes of 7*7191."""

HEADERS = (
    "x\r\nBcc: evil@evil.test",
    "x\nBcc: evil@evil.test",
    "x\u2028Bcc: e@evil.test",
    "x\x85Bcc: e@evil.test",
)
