"""What other journeys know of one before any is compiled."""

from handrail.language import head_of

TEXT = """\
journey: parent
starts:
  asked: { request: manager, form: { why: text } }
  yearly: { every: day at 06:00, for: person.level > 3, with: { due: "{today}" } }
  broken: not a start
steps:
  first: { run: child, within: 3 days }
  words: just words
  path:
    choose:
      one: { if: person.level > 3, steps: { inner: { run: grandchild, within: 3 days } } }
      other: { if: otherwise }
  both:
    together:
      left: { another: { run: child, within: 3 days } }
  lines:
    together: each line in list:lines
    steps: { nth: { run: helper, within: 3 days } }
  last: { ask: manager, todo: Help., if_late: { run: beside } }
"""


def test_a_head_has_the_values_of_every_start_and_the_journeys_of_run_steps() -> None:
    head = head_of(TEXT, "parent.yaml")
    assert head is not None
    assert (head.name, sorted(head.start_values)) == ("parent", ["due", "name", "why"])
    assert head.runs == ("child", "grandchild", "helper")


def test_a_journey_that_others_only_run_has_a_head_too() -> None:
    head = head_of("journey: child\nsteps: nothing", "child.yaml")
    assert head is not None
    assert head.runs == ()


def test_what_cannot_be_read_has_no_head() -> None:
    assert head_of("journey: [", "x.yaml") is None
    assert head_of("title: nameless", "x.yaml") is None
