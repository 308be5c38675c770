"""What a person may: role, grants, denials (SPEC §2.1, §2.10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.actor import Actor
from admin.grant import Granted, settle
from admin.right import NAMES, Right
from admin.role import ROLES, SCOPES, Field, Scope
from db.refusal import Code, Refused

AGENT = ROLES["agent"]
LINES = st.builds(
    Granted,
    st.sampled_from(Right),
    st.booleans(),
    st.sampled_from(Scope),
    st.frozensets(st.sampled_from(Field)),
)


def test_an_agent_who_may_monitor_his_group_but_not_edit_customers() -> None:
    """By hand: the agent's four rights, one denied, one more in the scope it was given."""
    held = settle(AGENT, [Granted(Right.MONITOR, scope=Scope.GROUP), Granted(Right.CUSTOMER, allow=False)])
    assert held.scopes == {
        Right.TICKET: Scope.OWN,
        Right.SEAT: Scope.OWN,
        Right.CALL_RECORDS: Scope.OWN,
        Right.MONITOR: Scope.GROUP,
    }
    assert held.widest is Scope.GROUP
    assert held.masked == {Field.PHONE, Field.ID_NO}


def test_what_a_group_denies_a_person_is_not_given_back() -> None:
    groups, persons = Granted(Right.RECORD_PLAY, allow=False), Granted(Right.RECORD_PLAY, scope=Scope.ALL)
    assert Right.RECORD_PLAY not in settle(ROLES["supervisor"], [groups, persons]).rights


def test_a_number_is_read_in_full_by_whoever_is_granted_it() -> None:
    held = settle(AGENT, [Granted(Right.CUSTOMER, scope=Scope.GROUP, masked=frozenset({Field.ID_NO}))])
    assert held.masked == {Field.ID_NO}
    assert held.scopes[Right.CUSTOMER] is Scope.GROUP


@given(st.sampled_from(sorted(ROLES)), st.lists(LINES, max_size=8))
def test_deny_wins_the_rest_adds_up_and_order_does_not_matter(role: str, lines: list[Granted]) -> None:
    held = settle(ROLES[role], lines)
    denied = {line.right for line in lines if not line.allow}
    allowed = {line.right for line in lines if line.allow}
    assert held.rights == (ROLES[role].rights | allowed) - denied
    assert held == settle(ROLES[role], lines[::-1])
    for right, scope in held.scopes.items():
        given_by = [line.scope for line in lines if line.allow and line.right is right]
        if right in ROLES[role].rights:
            given_by.append(ROLES[role].scope)
        assert scope in given_by
        assert all(list(Scope).index(scope) >= list(Scope).index(other) for other in given_by)
    assert held.masked <= ROLES[role].masked


def test_twelve_roles_in_both_languages_and_every_right_belongs_to_somebody_but_the_administrator() -> None:
    assert len(ROLES) == 12
    assert all(role.name.zh and role.name.en for role in ROLES.values())
    assert set(NAMES) == set(Right)
    assert set(SCOPES) == set(Scope)
    others = [role.rights for name, role in ROLES.items() if name not in ("admin", "tenant_admin")]
    assert set(Right) - frozenset().union(*others) == {Right.SETTINGS, Right.FLOW, Right.USERS}


def test_whoever_may_not_is_told_what() -> None:
    with pytest.raises(Refused) as refused:
        Actor.of("chen", "agent").must(Right.MONITOR)
    assert refused.value.code is Code.PERM
    assert refused.value.zh == "chen没有“监听”的权限。"
    assert refused.value.en == "chen is not permitted to listen in, whisper and step in."
