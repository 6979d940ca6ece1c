"""What clauses refer to: other documents by title or number, and clauses of their own document, as paths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.clause_numbers import CONTINUED, DEPTH, LATER_STEP, STEP, ClauseGroup, N, parts_of, read_group, steps_of
from ingest.documents import Clause, Reference
from ingest.holding import TITLE
from ingest.numerals import read_numeral
from ingest.reference_names import TYPES, Name, Naming
from ingest.refs import find_document_numbers
from ingest.targets import UNCLEAR, OwnClauses, Step, Target, said_path

#: A bare 第三项 or 第二款 is cited where words like these follow; 第三项工程 is counted.
_CITING = re.compile(
    r"\s*(?:(?:、|和|及|至|或|或者|以及)第|的?规定|所[列述称指]|情形|情况|的?行为|事项|材料|中|以外|之一)"
)
#: Behind 第三条 at the beginning of a line; 第三条中国… is an article.
_CITING_ARTICLE = re.compile(r"\s*(?:(?:、|和|及|至|或|或者|以及)第|的?规定|所[列述称指])")

_SELF = rf"(?<![基根])本(?:试行|暂行|实施|补充)?(?:{TYPES})(?![院律人医庭])"
_YEAR = r"(?:[12１２][0-9０-９]{3}|[一二][零〇○九][零〇○一二三四五六七八九]{2})"
_TOKEN = re.compile(
    rf"{TITLE}"
    rf"|(?P<self>{_SELF})"
    rf"|(?P<again>(?:同一?|该|此|上述|前述)(?:{TYPES})(?![院律人医庭])(?=[》]?\s*(?:第|附件)))"
    rf"|(?P<number>[〔\[(（【﹝［]\s*{_YEAR}\s*年?\s*[〕\])）】﹞］]\s*第?\s*[0-9]{{1,5}}\s*[号號])"
    r"|(?<![以之目提此日生当年月面])前(?P<count>[一二两三四五]|[0-9])?(?P<before>[条款项])(?![款件例式额物目])"
    rf"|本(?P<here>[条款项章节编])(?=\s*第|\s*[(（]\s*{N}\s*[)）]\s*项)"
    r"|(?P<annex>附件)(?!\s*[:：])\s*(?P<a1>[0-9]{1,2}|[一二三四五六七八九十]{1,3})?(?:\s*(?:至|-|—|－|～|~)\s*(?:附件)?(?P<a2>[0-9]{1,2}))?"
    rf"|(?P<step>第(?=\s*[(（]?\s*{N}))"
)
#: Between a name and the clause said of it: 《…》(国发〔2014〕35号)的第三条, 国发〔2014〕35号文件第三条.
_LINK = re.compile(r"\s*[)）]?\s*(?:文件?)?\s*(?:[（(][^（）()]{0,90}[)）])?\s*(?:中的?|内的?|的|之)?\s*")
_OTHER_NAMED = re.compile(r"《|(?<!本)(?:法典?|条例|规定|办法|公约|[总分通]则)(?:[（(][^()（）]{1,12}[)）])?第")
_SEES_ANNEX = re.compile(r"(?:见|参见|详见|按照?|依照|根据|执行|填写|填报|\(|（|本[一-鿿]{2})\s*\Z")


def read_references(
    clauses: Sequence[Clause], own_titles: Sequence[str], own_number: str | None = None
) -> tuple[Reference, ...]:
    """What each clause names, in print order: documents (《…》, 文号) and clauses, own ones resolved to paths.

    A clause number belongs to the name right before it (《刑法》第十六条, 刑法第十六条, 同法第九条, 该办法第三条, also through
    a list 第三条、第五条第二款), else to this document. A document is named once a clause, each clause number every time.
    An own clause that is surely missing has status ``dangling``. Linear in the length of the text.
    """
    scan = _Scan(clauses, own_titles, own_number)
    found: list[Reference] = []
    for clause in clauses:
        found += scan.clause(clause)
    return tuple(found)


class _Scan:
    """Reads the clauses of one document in order."""

    def __init__(self, clauses: Sequence[Clause], own_titles: Sequence[str], own_number: str | None):
        self.own = OwnClauses(clauses)
        self.naming = Naming(own_titles, own_number)

    def clause(self, clause: Clause) -> list[Reference]:
        found: list[Reference] = []
        seen: set[str] = set()
        offset = 0
        for index, paragraph in enumerate(clause.paragraphs):
            label = len(clause.label) if index == 0 and paragraph.text.startswith(clause.label) else 0
            found += _ParagraphScan(self, clause, index, paragraph.text, label, offset, seen).read()
            offset += len(paragraph.text) + 1
        return found


class _ParagraphScan:
    """One paragraph, token by token, left to right."""

    def __init__(
        self, scan: _Scan, clause: Clause, index: int, text: str, skip: int, offset: int, seen: set[str]
    ) -> None:
        self.scan, self.clause, self.index, self.text = scan, clause, index, text
        self.skip, self.offset, self.seen = skip, offset, seen
        self.found: list[Reference] = []
        self.name: Name | None = None
        #: End of the last clause number and the steps that the next in its list inherits.
        self.last_end = -1
        self.last: ClauseGroup | None = None
        self.last_owner: Name | None = None
        #: The own article said last in this paragraph.
        self.article: tuple[Step, ...] = ()

    def read(self) -> list[Reference]:
        position = self.skip
        while match := _TOKEN.search(self.text, position):
            position = max(self._token(match), match.end())
        return self.found

    def _token(self, match: re.Match[str]) -> int:
        """Reads one token; where to go on."""
        kind = match.lastgroup
        if match["title"]:
            return self._title(match)
        if match["number"]:
            return self._number(match)
        if match["self"]:
            self.name = Name(None, match.start(), match.end())
            self.scan.naming.named.append(None)
            return match.end()
        if match["again"]:
            named = self.scan.naming.again(match["again"])
            self.name = replace(named, start=match.start(), end=match.end()) if named else None
            return match.end()
        if match["before"]:
            return self._before(match)
        if match["here"]:
            return self._here(match)
        if match["annex"]:
            return self._annex(match)
        return self._steps(match.start()) if kind == "step" else match.end()

    # -- documents -------------------------------------------------------------------------------------------

    def _title(self, match: re.Match[str]) -> int:
        title = match["title"].strip()
        name = self.scan.naming.name_of(title)
        end = match.end()
        self.scan.naming.introduce(self.text, end, name)
        number = next(iter(find_document_numbers(self.text[end : end + 40])), None)
        if name and number and number.start <= 2:
            name = str(number.number)
            self.scan.naming.aliases.setdefault(title, name)
            end += number.end
        self.scan.naming.named.append(name)
        self.name = Name(name, match.start(), end)
        # Written down at once; taken back where a clause of it follows.
        if name and name not in self.seen and not self._clause_follows(end):
            self.seen.add(name)
            self._add(match.start(), match.end(), name, Target())
        return end

    def _clause_follows(self, end: int) -> bool:
        link = _LINK.match(self.text, end)
        step = STEP.match(self.text, link.end()) if link else None
        return step is not None and step["level"] == "条"

    def _number(self, match: re.Match[str]) -> int:
        start = max(0, match.start() - 16)
        number = next(iter(reversed(find_document_numbers(self.text[start : match.end()]))), None)
        if number is None or start + number.end != match.end():
            return match.start() + 1
        document = str(number.number)
        document_or_own = None if document == self.scan.naming.own_number else document
        at = start + number.start
        self.scan.naming.named.append(document_or_own)
        self.name = Name(document_or_own, at, match.end())
        if document_or_own and document not in self.seen and not self._clause_follows(match.end()):
            self.seen.add(document)
            self._add(at, match.end(), document, Target())
        return match.end()

    # -- clauses by number -----------------------------------------------------------------------------------

    def _steps(self, start: int) -> int:
        continued = self._continues(start)
        group = read_group(self.text, start, self.last.steps if continued and self.last else ())
        if group is None:
            return start + 1
        owner = self.last_owner if continued else self._owner(start)
        is_named = owner is not None
        level = group.steps[0].level
        if not continued and not is_named:
            if (
                level == "条"
                and self.text[max(0, start - 3) : start].rstrip()[-1:] in ("", "。")
                and not _CITING_ARTICLE.match(self.text, group.end)
            ):
                # 第五条中国人民银行… opens a line: an article whose number was not read as one, no reference.
                return group.end
            bracketed = re.match(r"第\s*[(（]", self.text[start:])
            citing = bracketed or _CITING.match(self.text, group.end)
            if level in ("目", "部分") or (level in "编章节项" and not citing):
                return group.end
            if level in "款项":
                return self._within_last_article(group)
        if continued and self.last and CONTINUED.match(self.text, self.last_end)["to"]:  # type: ignore[index]
            self._extend(group)
        else:
            for part in parts_of(group):
                at = (
                    owner.start
                    if owner and not continued and part.start == group.start and owner.end <= start
                    else part.start
                )
                self._refer(part, owner, at)
        self.last, self.last_end, self.last_owner = group, group.end, owner
        if group.steps[0].level == "条" and not (owner and owner.document):
            self.article = group.steps
        return group.end

    def _within_last_article(self, group: ClauseGroup) -> int:
        """违反第九条第一款规定的,…;违反第二款规定的,…: a bare 款 stands in the article said before it, else in this one."""
        base = tuple(s for s in self.article if DEPTH[s.level] < DEPTH[group.steps[0].level])
        for part in parts_of(group):
            until = (*base, *part.until) if part.until else None
            said = ClauseGroup((*base, *part.steps), until, part.start, part.end)
            if self._own(said, is_named=False).path:
                self._refer(said, None, part.start)
        self.last = ClauseGroup((*base, *group.steps), None, group.start, group.end)
        self.last_end, self.last_owner = group.end, None
        return group.end

    def _continues(self, start: int) -> bool:
        if self.last is None or self.last_end > start or start - self.last_end > 6:
            return False
        link = CONTINUED.match(self.text, self.last_end)
        return link is not None and link.end() == start and start > self.last_end

    def _owner(self, start: int) -> Name | None:
        if self.name and self.name.end <= start and _LINK.fullmatch(self.text, self.name.end, start):
            return self.name
        return self.scan.naming.unquoted(self.text, start)

    def _extend(self, group: ClauseGroup) -> None:
        """第三条至第五条: the reference already written reaches to here."""
        if not self.found:
            return
        last = self.found.pop()
        start, end = last.start or 0, self.offset + group.end
        raw = self.text[start - self.offset : group.end]
        steps = parts_of(group)[-1].steps
        if last.document:
            self.found.append(replace(last, raw=raw, until=said_path(steps), end=end))
            return
        target = self.scan.own.find(steps, self.clause.path, is_named=True)
        status = "dangling" if target.is_dangling else last.status
        self.found.append(replace(last, raw=raw, until=target.path, status=status, end=end))

    def _refer(self, group: ClauseGroup, owner: Name | None, at: int) -> None:
        document = owner.document if owner else None
        if document:
            self.seen.add(document)
            last = said_path(group.until) if group.until else None
            self._add(at, group.end, document, Target(said_path(group.steps), last))
            return
        target = self._own(group, is_named=owner is not None)
        if target.path is None and self.scan.naming.is_amending and group.steps[0].level == "条":
            # 将第三条修改为…: an article of the document that is amended.
            other = self.scan.naming.amended or next((n for n in reversed(self.scan.naming.named) if n), None)
            if other:
                self._add(at, group.end, other, Target(said_path(group.steps)))
            return
        if target.is_dangling and owner is None and self._other_named_in_sentence(group.start):
            target = UNCLEAR
        if target.path or target.is_dangling or owner is not None:
            self._add(at, group.end, None, target)

    def _own(self, group: ClauseGroup, *, is_named: bool) -> Target:
        own, at = self.scan.own, self.clause.path
        if not is_named and group.steps[0].level == "条" and not own.has_articles_near(at):
            return UNCLEAR
        target = own.find(group.steps, at, is_named=is_named)
        if target.is_dangling and not is_named and group.steps[0].level != "条":
            return UNCLEAR
        if group.until and target.path:
            last = own.find(group.until, at, is_named=is_named)
            return replace(target, until=last.path, is_dangling=last.is_dangling)
        return target

    def _other_named_in_sentence(self, start: int) -> bool:
        near = max(0, start - 300)
        begin = max(self.text.rfind("。", near, start), self.text.rfind("\n", near, start), near)
        return _OTHER_NAMED.search(self.text, begin, start) is not None

    # -- clauses by place ------------------------------------------------------------------------------------

    def _before(self, match: re.Match[str]) -> int:
        level = match["before"]
        count = read_numeral(match["count"]) if match["count"] else 1
        group = read_group(self.text, match.end(), ()) if count == 1 else None
        if group and DEPTH[group.steps[0].level] <= DEPTH[level]:
            group = None
        own, path = self.scan.own, self.clause.path
        parts: list[ClauseGroup | None] = [*parts_of(group)] if group else [None]
        for part in parts:
            steps = part.steps if part else ()
            target = own.before(level, count, steps, path, self.index)
            if part and part.until and target.path:
                last = own.before(level, count, part.until, path, self.index)
                target = replace(target, until=last.path, is_dangling=last.is_dangling)
            start = match.start() if part is None or part is parts[0] else part.start
            self._add(start, part.end if part else match.end(), None, target)
        self.last, self.last_owner = None, Name(None, match.start(), match.end())
        if group:
            # 前款第一项、第二项: the list goes on from the 款 that was meant.
            base = own.before(level, 1, (), path, self.index).path
            self.last = ClauseGroup((*steps_of(base), *group.steps), None, group.start, group.end) if base else None
            self.last_end = group.end
        return group.end if group else match.end()

    def _here(self, match: re.Match[str]) -> int:
        later = LATER_STEP.match(self.text, match.end())
        if later is None:
            return match.end()
        group = read_group(self.text, match.end(), ())
        if group is None:
            return match.end()
        article = self.scan.own.article_of(self.clause.path)
        base = steps_of("/".join(article)) if article else ()
        owner = Name(None, match.start(), match.end())
        for part in parts_of(group):
            start = match.start() if part.start == group.start else part.start
            until = (*base, *part.until) if part.until else None
            if base or part.steps[0].level in "章节":
                self._refer(ClauseGroup((*base, *part.steps), until, part.start, part.end), owner, start)
        self.last = ClauseGroup((*base, *group.steps), None, group.start, group.end)
        self.last_end, self.last_owner = group.end, owner
        return group.end

    def _annex(self, match: re.Match[str]) -> int:
        before = self.text[max(0, match.start() - 8) : match.start()]
        is_heading = self.clause.path.last.startswith("附件") and self.index < 2 and len(self.text) < 60
        is_own = (
            self.name is None
            or not _LINK.fullmatch(self.text, self.name.end, match.start())
            or (self.name.document is None)
        )
        if is_heading or not is_own or not before.strip() or not (match["a1"] or _SEES_ANNEX.search(before)):
            return match.end()
        own = self.scan.own
        try:
            target = own.annex(read_numeral(match["a1"]) if match["a1"] else 0)
        except ValueError:
            # 附件十十 is no number.
            return match.end()
        if match["a2"] and target.path:
            target = replace(target, until=own.annex(int(match["a2"])).path)
        end = match.end("a2") if match["a2"] else match.end("a1") if match["a1"] else match.end("annex")
        self._add(match.start(), end, None, target)
        return end

    def _add(self, start: int, end: int, document: str | None, target: Target) -> None:
        status = "external" if document else "dangling" if target.is_dangling else "own" if target.path else "unclear"
        raw = self.text[start:end]
        path = None if target.is_dangling else target.path
        until = target.until if path else None
        self.found.append(
            Reference(
                self.clause.path, raw, document, path, until, status, None, self.offset + start, self.offset + end
            )
        )
