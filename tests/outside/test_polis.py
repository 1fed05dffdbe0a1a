"""Our maths on conversations held on Polis: beside what Polis recorded, and beside red-dwarf."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from deliberation.maths.components import principal_components
from deliberation.maths.counts import count_votes
from deliberation.maths.polis import analyse_as_polis, people_inside, priorities
from deliberation.maths.representative import Representative, representative_statements, shared_agreement
from deliberation.maths.threads import one_thread
from tests.outside.polis_folders import Export, Recording, exports_in, is_of_its_votes, recordings_in

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from reddwarf.implementations.polis import run_pipeline
    from reddwarf.utils.stats import calculate_comment_statistics_dataframes, select_representative_statements


@pytest.fixture(scope="module")
def exports(outside_data: Path) -> list[Export]:
    """Conversations as exported; RIMAY_DATA may bring others."""
    return exports_in(outside_data / "polis") or pytest.skip("no conversation with votes.csv")


@pytest.fixture(scope="module")
def recordings(outside_data: Path) -> list[Recording]:
    """Conversations with what Polis made of them."""
    found = [each for each in recordings_in(outside_data / "polis") if is_of_its_votes(each)]
    return found or pytest.skip("no conversation with math-pca2.json of the votes beside it")


def test_the_last_votes_are_those_of_polis(exports: list[Export], subtests: pytest.Subtests) -> None:
    for export in exports:
        with subtests.test(export.name):
            votes = export.votes
            ours = {
                (votes.people[person], votes.statements[statement]): int(value)
                for person, statement, value in zip(votes.person, votes.statement, votes.value, strict=True)
            }
            assert ours == (export.cells or ours)


def test_components_and_projections_are_recorded_ones(
    recordings: list[Recording], subtests: pytest.Subtests
) -> None:
    for recording in recordings:
        with subtests.test(recording.name):
            analysed = ~(recording.rejected | recording.about_person)
            found = principal_components(recording.votes.on(analysed), silent=int((~analysed).sum()))
            order = _places(recording, recording.math["tids"])
            pca = {
                key: np.array(each, float)[..., order][..., analysed]
                for key, each in recording.math["pca"].items()
            }
            # Inside Polis to agree is -1.
            np.testing.assert_allclose(found.center, -pca["center"], atol=1e-12)
            for ours, theirs in zip(found.directions, pca["comps"], strict=True):
                assert _cosine(ours, theirs) > 0.9999, "Polis ends its iterations early"
            np.testing.assert_allclose(found.extremity, pca["comment-extremity"], rtol=0.01, atol=0.01)


def test_votes_of_groups_priorities_and_consensus_are_recorded_ones(
    recordings: list[Recording], subtests: pytest.Subtests
) -> None:
    for recording in recordings:
        with subtests.test(recording.name):
            names, math = recording.votes.statements, recording.math
            counts = count_votes(recording.votes, recording.label, len(math["group-clusters"]))
            for group, votes in math["group-votes"].items():
                for index, name in enumerate(names):
                    ours = {"A": counts.agree, "D": counts.disagree, "S": counts.seen}
                    assert {key: each[int(group), index] for key, each in ours.items()} == votes["votes"][
                        name
                    ]
            shared = [math["group-aware-consensus"][name] for name in names]
            np.testing.assert_allclose(shared_agreement(counts), shared, rtol=1e-12)
            analysis = analyse_as_polis(
                recording.votes, rejected=recording.rejected, about_person=recording.about_person
            )
            extremity = np.zeros(len(names))
            extremity[analysis.analysed] = analysis.components.extremity
            worth = np.where(recording.about_person, 49, priorities(counts.all, extremity))
            recorded = [math["comment-priorities"][name] for name in names]
            np.testing.assert_allclose(worth, recorded, rtol=0.01)


def test_representative_and_majority_statements_are_recorded_ones(
    recordings: list[Recording], subtests: pytest.Subtests
) -> None:
    for recording in recordings:
        with subtests.test(recording.name):
            analysed = ~(recording.rejected | recording.about_person)
            names = [name for name, kept in zip(recording.votes.statements, analysed, strict=True) if kept]
            counts = count_votes(recording.votes, recording.label, len(recording.math["group-clusters"]))
            for group, chosen in enumerate(representative_statements(counts.on(analysed))):
                assert _listed(chosen, names) == _recorded(recording.math["repness"][str(group)])
            analysis = analyse_as_polis(
                recording.votes, rejected=recording.rejected, about_person=recording.about_person
            )
            for direction, chosen in zip(("agree", "disagree"), analysis.majority, strict=True):
                ours = [
                    (recording.votes.statements[each.statement], each.votes, each.seen) for each in chosen
                ]
                theirs = recording.math["consensus"][direction]
                assert ours == [(str(each["tid"]), each["n-success"], each["n-trials"]) for each in theirs]


def test_who_is_in_was_in(recordings: list[Recording], subtests: pytest.Subtests) -> None:
    """Polis keeps whom it once had in, so that there may be more of them."""
    for recording in recordings:
        with subtests.test(recording.name):
            ours = {recording.votes.people[person] for person in people_inside(recording.votes)}
            assert ours <= set(map(str, recording.math["in-conv"]))


def test_everything_but_the_starts_of_k_means_is_as_in_red_dwarf(
    exports: list[Export], subtests: pytest.Subtests
) -> None:
    """red-dwarf is given an exact solver: its own choice is approximate where a conversation is large."""
    for export in exports:
        with subtests.test(export.name):
            votes = export.votes
            rejected = np.isin(votes.statements, sorted(export.statements.rejected))
            analysis = analyse_as_polis(votes, rejected=rejected)
            peer = _red_dwarf(export, np.flatnonzero(rejected).tolist())
            theirs = peer.participants_df[["x", "y"]].to_numpy()
            for axis, (ours, other) in enumerate(
                zip(analysis.components.directions, peer.reducer.components_[:, ~rejected], strict=True)
            ):
                assert _cosine(ours, other) > 0.99999
                sign = np.sign(ours @ other)
                scale = np.abs(theirs[:, axis]).max()
                away = np.abs(analysis.components.people[:, axis] * sign - theirs[:, axis])
                assert away.max() < 1e-6 * scale
            if len(people_inside(votes)) == peer.participants_df["to_cluster"].sum():
                ours = analysis.priorities
                np.testing.assert_allclose(ours, peer.statements_df["priority"].astype(float), rtol=1e-6)


def test_measures_of_groups_are_those_of_red_dwarf(exports: list[Export], subtests: pytest.Subtests) -> None:
    for export in exports:
        with subtests.test(export.name):
            votes = export.votes
            analysis = analyse_as_polis(votes)
            inside = np.flatnonzero(analysis.label >= 0)
            matrix = np.full(votes.shape, np.nan)
            matrix[votes.person, votes.statement] = votes.value
            frame = pd.DataFrame(matrix[inside])
            grouped, shared = calculate_comment_statistics_dataframes(frame, analysis.label[inside])
            np.testing.assert_allclose(analysis.shared, shared["group-aware-consensus"], rtol=1e-12)
            theirs = select_representative_statements(grouped)
            for group, chosen in enumerate(analysis.representative):
                names = list(map(str, range(len(votes.statements))))
                assert sorted(_listed(chosen, names)) == sorted(_recorded(theirs[group]))


def _red_dwarf(export: Export, rejected: list[int]) -> Any:
    votes = export.votes
    rows = [
        {"participant_id": person, "statement_id": statement, "vote": value}
        for person, statement, value in zip(
            votes.person.tolist(), votes.statement.tolist(), votes.value.tolist(), strict=True
        )
    ]
    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("ignore")
        return run_pipeline(
            votes=rows,
            mod_out_statement_ids=rejected,
            min_user_vote_threshold=min(7, len(votes.statements)),
            reducer_kwargs={"svd_solver": "full"},
        )


def _places(recording: Recording, statements: Sequence[int]) -> list[int]:
    """Where the statements of the votes stand in the order of the recording."""
    order = {str(statement): index for index, statement in enumerate(statements)}
    return [order[name] for name in recording.votes.statements]


def _cosine(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(abs(one @ other) / np.linalg.norm(one) / np.linalg.norm(other))


def _listed(chosen: tuple[Representative, ...], names: list[str]) -> list[tuple[Any, ...]]:
    return [
        (
            names[each.statement],
            each.direction,
            each.votes,
            each.seen,
            round(each.share, 9),
            round(each.repness, 9),
        )
        for each in chosen
    ]


def _recorded(chosen: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (
            str(each["tid"]),
            each["repful-for"],
            each["n-success"],
            each["n-trials"],
            round(each["p-success"], 9),
            round(each["repness"], 9),
        )
        for each in chosen
    ]
