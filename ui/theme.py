"""How the chat page looks and what surrounds it: Gradio's variables bound to our own colours, and our HTML around its app."""

from __future__ import annotations

import re
from functools import lru_cache

from ui import desk
from ui.stubless import without_stubs

with without_stubs():
    import gradio as gr

_FONTS = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]
_SIZES = gr.themes.Size(
    name="text_rem", xxs="0.8rem", xs="0.85rem", sm="0.95rem", md="1.05rem", lg="1.15rem", xl="1.3rem", xxl="1.5rem"
)

#: Both halves (light and dark) of every variable are the same ``var(--…)`` of static/site.css, which knows the scheme.
_COLOURS = {
    "body_background_fill": "paper",
    "body_text_color": "ink",
    "body_text_color_subdued": "muted",
    "background_fill_primary": "sheet",
    "background_fill_secondary": "paper",
    "block_background_fill": "sheet",
    "block_border_color": "line",
    "block_label_text_color": "muted",
    "block_title_text_color": "ink",
    "border_color_primary": "line",
    "border_color_accent": "accent",
    "color_accent_soft": "tint",
    "input_background_fill": "sheet",
    "input_border_color": "edge",
    "input_border_color_focus": "accent",
    "input_placeholder_color": "muted",
    "button_primary_background_fill": "accent",
    "button_primary_background_fill_hover": "accent-deep",
    "button_primary_text_color": "on-accent",
    "button_primary_border_color": "accent",
    "button_secondary_background_fill": "sheet",
    "button_secondary_background_fill_hover": "tint",
    "button_secondary_text_color": "ink",
    "button_secondary_border_color": "edge",
    "link_text_color": "accent",
    "link_text_color_hover": "accent-deep",
    "link_text_color_visited": "accent",
    "link_text_color_active": "accent-deep",
    "table_border_color": "line",
}


def _theme() -> gr.themes.Base:
    theme = gr.themes.Base(
        font=_FONTS, font_mono=["ui-monospace", "monospace"], text_size=_SIZES, radius_size=gr.themes.sizes.radius_sm
    )
    values = {name: f"var(--{colour})" for name, colour in _COLOURS.items()}
    known = theme.set.__code__.co_varnames
    values |= {f"{name}_dark": value for name, value in values.items() if f"{name}_dark" in known}
    return theme.set(block_shadow="none", block_border_width="0px", input_shadow="none", **values)


THEME = _theme()

_FOREIGN = re.compile(r'\s*<(?:meta\s+(?:property="og:|name="twitter:)|base\s|link rel="manifest")[^>]*>', re.S)
_HEAD = """<title>政策问答</title>
<meta name="color-scheme" content="light dark">
<meta name="description" content="从政府公报逐条作答,每句话附文号和条款">
<link rel="icon" href="/site/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/site/site.css"><link rel="stylesheet" href="/site/page.css">
<script src="/site/site.js" defer></script><script src="/site/page.js" defer></script>
"""
_NOSCRIPT = """<noscript><p class="note">提问页需要启用 JavaScript。不启用也可以<a href="/documents">查看文件目录和条款原文</a>。</p></noscript>"""


@lru_cache(maxsize=1)
def _around() -> tuple[str, str]:
    templates = desk.templates
    header = templates.get_template("header.html").render(home=True)
    return header + _NOSCRIPT, templates.get_template("footer.html").render()


def decorate(html: str, nonce: str) -> str:
    """Gradio's page as ours: Chinese, with our header and footer, without foreign links, each script carrying ``nonce``."""
    before, after = _around()
    html = _FOREIGN.sub("", html).replace('lang="en"', 'lang="zh-CN"', 1)
    html = html.replace("</head>", _HEAD + "</head>", 1)
    html = re.sub(r"(<body\b[^>]*>)", lambda m: m[1] + before, html, count=1)
    html = html.replace("</body>", after + "</body>", 1)
    return re.sub(r"<script(?=[\s>])", f'<script nonce="{nonce}"', html)
