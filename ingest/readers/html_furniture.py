"""What sites print around their documents: menus, share bars, breadcrumbs, footers. Each pattern with what it is for."""

from __future__ import annotations

import re

from ingest.readers.html_blocks import Block
from ingest.readers.html_text import LABEL

#: Names of what the site puts around every page.
SITE_NAME = re.compile(
    r"(?:^|[-_])(?:foot|footer\w{0,6}|footnav|bottom_?nav|copyright|breadcrumbs?|crumbs?|bshare|bds\w*|bdsharebuttonbox|share\w{0,6}|fenxiang|"
    r"sidebar|sidenav|qrcode|qr_container|ewm|erweima|navbar|topnav|mainnav|subnav|nav|menu|search\w{0,4}|login|friend_?links?|"
    r"yqlj|dqwz|cur_?position|curpos|weizhi|backtop|totop|gotop|accessibility|toolbar|right-?nav|float_?\w{0,6}|pagination|jiucuo)(?:[-_\d]|$)"
)
RELATED_NAME = re.compile(
    r"(?:^|[-_])(?:related\w{0,6}|relate|xgyd|xgjd|xglj|xgwj|xgxx|xgwz|xggj|xgzc|zcjd|tuijian|recommend\w{0,4})(?:[-_\d]|$)"
)

#: Words that a site's buttons say; a line of nothing else is the site's.
_VOCABULARY = """
打印 打印本页 打印此页 打印本文 打印文章 打印页面 我要打印 关闭 关闭窗口 关闭本页 关闭页面 关闭此页 返回 返回顶部 返回首页 返回列表 返回上一页
回到顶部 顶部 top 收藏 收藏本页 加入收藏 添加收藏 分享 分享到 分享至 一键分享 微信 微博 新浪微博 腾讯微博 新浪 qq qq好友 qq空间 人人网 豆瓣
更多 大 中 小 特大 大号 中号 小号 默认 正常 稍大 更大 字体 字号 字体大小 文字大小 字体显示 a a- a+ 我要纠错 纠错 内容纠错 网页纠错 我要评论 评论
复制链接 推荐 推荐给朋友 推荐阅读 首页 网站首页 全屏阅读 朗读 语音播报 听全文 播报 暂停 繁体 简体 繁體 無障礙 无障碍 无障碍阅读 长者模式 关怀版
适老化 手机版 移动版 扫一扫 二维码 下载word 下载pdf word下载 pdf下载 下载 导出 下载文字版 下载图片版 点赞 赞 保存 复制 阅读 正文 视力保护色
背景色 保护视力色 pc版 电脑版 english x × 发送 邮件 阅读排行 上一条 下一条 上一篇 下一篇 上一页 下一页 没有了 无 已是第一篇 已是最后一篇 查看更多
展开 收起 展开全文 页面阅读次数
"""
_WORDS = frozenset(_VOCABULARY.split())
_SEPARATORS = re.compile(r"[\s|｜丨【】\[\]〖〗()（）<>《》«»＞＜→:：,，、/·•\-—＋+]+")
#: Whole short lines that a site writes of itself. Each of them would be a strange sentence in an official document.
SITE_LINE = re.compile(
    r"^(?:[【\[（(]?\s*(?:字体|字号|文字大小)\s*[:：]?|(?:您|你)?的?(?:现在|当前|所在|目前|正在)*的?(?:浏览)?位置(?:是|在)?\s*[:：]|"
    r"(?:上|下)一(?:篇|条|页|个)\s*[:：]|(?:责任编辑|责编|网站编辑|信息录入|网站编审)\s*[:：]|"
    r"(?:浏览|阅读|点击|访问|浏览量|阅读量|点击率|访问量|点击数|浏览次数|阅读次数)(?:次数|数|量|率)?\s*[:：]|分享(?:到|至|给|本页)?\s*[:：]?|"
    r"扫一扫|用?手机扫|微信扫|打开微信|点击(?:右上角|收听|播放)|主办\s*[:：].{0,40}承办|版权所有|copyright|©|(?:网站|政府网站)标识码|"
    r".{0,30}(?:ICP备|公网安备)|本网站?由|技术支持\s*[:：]|建议使用|网站地图|(?:您|你)是第|今天是|转[载摘]声明|特别声明\s*[:：]|"
    r"我要纠错|(?:本文|文章|页面)(?:地址|链接)\s*[:：]?|【(?:打印|关闭|收藏|纠错|我要纠错|返回))",
    re.IGNORECASE,
)
#: The line under a title: when, from where, by whom. In the midst of a document it may be the document's.
_EDGE_LINE = re.compile(
    r"^(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?\s*(?:(?:\S{0,4}来源|作者|发布|浏览|【字|字体|阅读|点击).*)|"
    r"(?:信息|文章|稿件|新闻)?来源\s*[:：]|稿源\s*[:：]|(?:编辑|录入|校对|初审|复审|终审|审核人?|发布人?|发布者|作者|编审|供稿|撰稿|摄影)\s*[:：]\s*\S{0,20}$|"
    r"(?:发布|更新|发稿|发表|录入|上传|编辑)?(?:时间|日期)\s*[:：]\s*(?:\d{4}.*)?$|(?:发布|信息)(?:者|人|单位|机构)\s*[:：].{0,30}(?:发布|浏览|字))"
)
_SITE_WORD = re.compile(
    r"字[体号]\s*(?:大小|显示)?\s*[:：【\[]|浏览(?:次数|量)|阅读次数|点击(?:数|率|次数)|(?:文章|信息|新闻)来源\s*[:：]|来源\s*[:：].*(?:时间|日期)|www\.[\w.]+\s+\d{4}|打印\s*[】\]]"
)
#: 首页 > 政务公开 > 规范性文件
_CRUMBS = re.compile(
    r"^(?:(?:网站|门户)?首页|主页)\s*[>＞»/→\\-]|^[^。；]{1,20}(?:\s*[>＞»]+\s*[^。；>＞»]{1,40}){2,}$"
)
SENTENCE = re.compile(r"[。；！？]|\?$")
RELATED_HEAD = re.compile(
    r"[【\[（(]?(?:相关(?:链接|解读|文件|文章|新闻|阅读|稿件|信息|政策|报道|文档|推荐|内容|专题|政策解读|文件及解读|政策文件)|延伸阅读|"
    r"(?:政策|文件|图片|图文|文字|专家|媒体|部门|一图|视频)?解读|解读(?:材料|文章|链接)|图解|一图读懂|推荐(?:阅读|信息|新闻)|热点(?:新闻|信息|推荐)|最新(?:信息|文件|发布)|"
    r"猜你喜欢|本栏目(?:热门|最新)|友情链接|网友评论|评论|关联(?:文件|解读|稿件|信息))[】\]）)]?[:：]?$"
)
FOOTER = re.compile(
    r"ICP备|公网安备|网站标识码|版权所有|copyright|(?:主办|承办)(?:单位)?\s*[:：]|技术支持\s*[:：]|网站地图|关于我们",
    re.IGNORECASE,
)


def is_site_line(block: Block, at_edge: bool = True) -> bool:
    """True for a short line that a site writes around its documents: 【字体:大 中 小】, 打印 | 关闭, 上一篇:…

    In the midst of a text (not ``at_edge``) only what no document would say: 审核人： may be a form's.
    """
    text = block.text.strip()
    if block.cells or len(text) > 160 or SENTENCE.search(text):
        return False
    if SITE_LINE.match(text) or _CRUMBS.match(text) or not re.search(r"\w", text):
        return True
    words = [w for w in _SEPARATORS.split(text.lower()) if w]
    if words and all(w in _WORDS for w in words) and not LABEL.match(text):
        return (at_edge and text not in ("无", "正文", "赞", "阅读")) or any(
            len(w) >= 2 and w not in ("没有了", "下载", "保存") for w in words
        )
    return at_edge and bool(_EDGE_LINE.match(text) or (len(text) <= 120 and _SITE_WORD.search(text)))
