"""Names that would run, end a block or turn a line around, if a page were careless."""

RUNS = "</script><script>window.taken = 1</script><img src=x onerror='window.taken = 1'>"

HOSTILE = (
    RUNS,
    "<!--<script>",
    "]]>--><svg onload=window.taken=1>",
    "\"'`${window.taken=1}\\u003c",
    "javascript:window.taken=1",
    "\u2028\u2029\u202egnol",
    "__proto__",
)
