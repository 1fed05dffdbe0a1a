"""One person's answers, and short ways to ask expressions about them."""

from zoneinfo import ZoneInfo

from lxml import etree

from surveys.expressions import Scope, compile_expression

QUITO = ZoneInfo("America/Guayaquil")

ANSWERS = etree.fromstring(
    """
    <data id="needs" version="3">
      <name>Rosa</name>
      <age>34</age>
      <born>1992-03-05</born>
      <nickname/>
      <needs>water work papers</needs>
      <household>
        <name>Luis</name><age>9</age><school>yes</school>
        <pet><kind>dog</kind></pet><pet><kind>cat</kind></pet>
      </household>
      <household>
        <name>Elena</name><age>61</age><school/>
        <pet><kind>hen</kind></pet>
      </household>
    </data>
    """,
)
LUIS, ELENA = ANSWERS.findall("household")
PARISHES = etree.fromstring(
    """
    <root>
      <item><name>otavalo</name><label>Otavalo</label><canton>10</canton></item>
      <item><name>peguche</name><label>Peguche</label><canton>10</canton></item>
      <item><name>ibarra</name><label>Ibarra</label><canton>11</canton></item>
    </root>
    """,
)
REPEATS = frozenset({"/data/household", "/data/household/pet"})


def text(expression: str, context: etree._Element | None = None, scope: Scope | None = None) -> str:
    return compile_expression(expression).text(ANSWERS, context, scope or Scope())


def number(expression: str, context: etree._Element | None = None, scope: Scope | None = None) -> float:
    return compile_expression(expression).number(ANSWERS, context, scope or Scope())


def holds(expression: str, context: etree._Element | None = None, scope: Scope | None = None) -> bool:
    return compile_expression(expression).boolean(ANSWERS, context, scope or Scope())
