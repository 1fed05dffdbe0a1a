"""What a button carries fits into 64 bytes, comes back as it was, and cannot be made to fail."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assembly_data import NEEDS, REASONS, GetCalendar, SayWhy, TellMore, TickNeed
from bot.ballot_data import CastBallot, GetMinutes, TickPoint
from bot.callback_data import (
    TEXTS,
    WAYS,
    Attend,
    Consent,
    Erase,
    Language,
    Leave,
    Listen,
    OnQuestion,
    Payload,
    Quoting,
    ReadOut,
    Reply,
    SendIn,
    TakeUp,
    Withdraw,
    decode,
    encode,
)
from bot.door_data import GetEntryCode
from bot.lottery_data import BeginHousehold, CountGroup, JoinHousehold, LeaveHousehold, ShowLots
from bot.seat_data import (
    AskForSeat,
    Declare,
    DeclareForCall,
    GetCredential,
    GoForward,
    ListSeats,
    ReportBack,
    SayPurpose,
    ShowCall,
    ShowRequest,
    ShowSeat,
    TakePosition,
    WithdrawRequest,
)
from bot.voting_data import (
    HearStatement,
    ListProposals,
    ListVotes,
    Propose,
    ShowAgain,
    StopVoting,
    TakePart,
    VoteOn,
    WhereIStand,
    WithdrawVotes,
)
from core.entry_links import CODE_LETTERS
from deliberation.assemblies.households import WORD_LENGTH
from deliberation.assembly_day.walk_in import JOIN_CODE_LENGTH
from deliberation.empty_seat.rules import DECLARED, POSITIONS
from surveys.conversation.turns import Back, Chose, Done, Move, Show, Skip, Toggled

LARGEST = 2**53
ids = st.integers(0, LARGEST)
languages = st.sampled_from(["es", "qu"])
join_codes = st.text(CODE_LETTERS, min_size=JOIN_CODE_LENGTH, max_size=JOIN_CODE_LENGTH)
said = st.lists(st.booleans(), max_size=len(DECLARED)).map(tuple)
moves: st.SearchStrategy[Move] = st.one_of(
    st.builds(Chose, ids),
    st.builds(Toggled, ids, st.booleans()),
    st.sampled_from([Done(), Skip(), Back(), Show()]),
)
payloads: st.SearchStrategy[Payload] = st.one_of(
    st.builds(Language, languages, st.none() | ids),
    st.builds(Consent, st.booleans(), languages, st.none() | ids),
    st.builds(OnQuestion, ids, ids, moves, ids),
    st.builds(TakeUp, ids),
    st.builds(SendIn, ids),
    st.builds(Quoting, ids, st.booleans()),
    st.builds(Withdraw, ids, ids, st.none() | st.booleans()),
    st.builds(Leave, st.sampled_from(WAYS)),
    st.builds(Erase, st.booleans()),
    st.builds(Attend, ids, st.booleans()),
    st.builds(TellMore, ids),
    st.builds(SayWhy, ids, st.sampled_from(REASONS)),
    st.builds(TickNeed, ids, st.sampled_from(NEEDS), st.booleans()),
    st.builds(GetCalendar, ids) | st.builds(GetEntryCode, ids),
    st.builds(Language, languages, st.none(), join_codes),
    st.builds(Consent, st.booleans(), languages, st.none(), join_codes),
    st.builds(Consent, st.booleans(), languages, st.none(), join_codes, join_codes),
    st.builds(Language, languages, st.none(), st.none(), join_codes),
    st.builds(CountGroup, st.booleans()),
    st.builds(JoinHousehold, st.text(CODE_LETTERS, min_size=WORD_LENGTH, max_size=WORD_LENGTH)),
    st.sampled_from([ShowLots(), BeginHousehold(), LeaveHousehold()]),
    st.builds(Listen, ids, ids, ids),
    st.builds(ReadOut, st.sampled_from(TEXTS), languages),
    st.builds(TakePart, ids),
    st.builds(VoteOn, ids, ids, st.sampled_from([1, 0, -1])),
    st.builds(ShowAgain, ids, ids),
    st.builds(ListVotes, ids, ids),
    st.builds(HearStatement, ids, ids),
    st.builds(Propose, ids, st.booleans()),
    st.builds(ListProposals, ids),
    st.builds(WhereIStand, ids),
    st.builds(StopVoting, ids),
    st.builds(WithdrawVotes, ids, ids, st.none() | st.booleans()),
    st.builds(CastBallot, ids, st.sampled_from(["yes", "no", "abstain"])),
    st.builds(TickPoint, ids, ids, st.booleans()),
    st.builds(GetMinutes, ids),
    st.builds(ListSeats, ids) | st.builds(ShowSeat, ids) | st.builds(ShowCall, ids),
    st.builds(Declare, ids, ids, said) | st.builds(AskForSeat, ids, ids, said),
    st.builds(DeclareForCall, ids, said) | st.builds(GoForward, ids, said),
    st.builds(ShowRequest, ids) | st.builds(SayPurpose, ids) | st.builds(GetCredential, ids),
    st.builds(TakePosition, ids, st.sampled_from(POSITIONS)) | st.builds(ReportBack, ids),
    st.builds(WithdrawRequest, ids, st.none() | st.booleans()),
    st.builds(Reply, ids, st.sampled_from(["yes", "partly", "no"])),
)


@given(payloads)
def test_every_payload_comes_back_as_it_was_in_64_bytes(payload: Payload) -> None:
    data = encode(payload)

    assert decode(data) == payload
    assert 0 < len(data.encode()) <= 64


def test_the_largest_numbers_fit_too() -> None:
    largest = OnQuestion(LARGEST, LARGEST, Toggled(LARGEST, on=True), LARGEST)

    assert len(encode(largest).encode()) <= 64
    assert decode(encode(largest)) == largest


@given(st.text(max_size=80))
def test_no_text_makes_decoding_fail(data: str) -> None:
    decoded = decode(data)

    assert decoded is None or isinstance(decoded, get_args(Payload))


@given(
    st.lists(
        st.sampled_from(
            ["q", "v", "o", "x", "i", "s", "c", "1", "zz", "-1", "y", "es", "c0", "t", "", ":", "²"]
        )
    )
)
def test_no_mixture_of_real_parts_makes_decoding_fail(parts: list[str]) -> None:
    decoded = decode(":".join(parts))

    assert decoded is None or isinstance(decoded, get_args(Payload))


@pytest.mark.parametrize(
    "data",
    [
        "",
        ":",
        "q",
        "q:1:1:c:0",
        "q:1:1:x0:0",
        "q:1:1:d0:0",
        "q:-1:1:c0:0",
        "q:1:1:c0:0:0",
        "q:zzzzzzzzzzz:1:c0:0",
        "o:٣",
        "o:1 ",
        "o:1_0",
        "x:4",
        "e:maybe",
        "l:en",
        "l:es:",
        "l:es:1:2",
        "c:y",
        "c:y:es:²",
        "c:y:es:@",
        "l:es:@Ñ",
        "d:c:1:1",
        "d:x:1",
        "i:1:p",
        "r:1:x",
        "r:1:yes",
        "h:1:1",
        "a:3:es",
        "a:0:en",
        "Q:1:1:c0:0",
        "v",
        "v:o",
        "v:o:-1",
        "v:o:1:1",
        "v:v:1:1:x",
        "v:v:1:y",
        "v:p:1:p",
        "v:x:1:1:p",
        "v:z:1",
        "z:v:1:3",
        "z:x:1:p",
        "z:d:1:1",
        "z:a:1:1:yyyyyyy",
    ],
)
def test_what_nobody_here_wrote_is_nothing(data: str) -> None:
    assert decode(data) is None
