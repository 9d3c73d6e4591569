"""A point finds its grid, words find a building, and only in the community that was asked."""

from __future__ import annotations

from datetime import date

from backend.kernel.geo import Point
from backend.registry.models import Address, OrgUnit
from backend.registry.places import (
    addresses_matching,
    buildings_matching,
    buildings_near,
    buildings_of,
    community_at,
    grid_at,
)
from tests.service.world import EAST, GRID_WIDTH, NORTH, OUTSIDE, SOUTH, WEST, World, middle_of


def point(place: tuple[float, float]) -> Point:
    return Point(place[1], place[0])


async def test_a_point_lies_in_one_grid_or_in_none(world: World):
    border = Point((SOUTH + NORTH) / 2, WEST + GRID_WIDTH)
    async with world.work.look() as uow:
        found = [await grid_at(uow, point(middle_of(number))) for number in (1, 2, 3)]
        outside = await grid_at(uow, point(OUTSIDE))
        on_border = [await grid_at(uow, border) for _ in range(3)]
        elsewhere = await grid_at(uow, point(middle_of(1)), within=world.path("neighbour"))
        community = await community_at(uow, Point(NORTH, EAST))

    assert [grid.id for grid in found if grid] == [world.units[f"grid-{number}"].id for number in (1, 2, 3)]
    assert (outside, elsewhere) == (None, None)
    assert {grid.code for grid in on_border if grid} == {world.units["grid-1"].code}
    assert community is not None
    assert community.id == world.community_id


async def test_a_grid_that_has_ended_holds_no_points(world: World):
    async with world.work.begin() as uow:
        grid = await uow.session.get(OrgUnit, world.units["grid-1"].id)
        assert grid is not None
        grid.valid_to = date(2026, 5, 11)

    async with world.work.look() as uow:
        assert await grid_at(uow, point(middle_of(1))) is None


async def test_a_building_is_found_by_number_name_or_address(world: World):
    async with world.work.look() as uow:
        found = {
            text: [building.number for building in await buildings_matching(uow, world.community_id, text)]
            for text in (
                "2栋",
                "２号楼",
                "二栋",
                "building 2",
                "2",
                "石油路2号",
                "石油路",
                "石油路 3",
                "没有的路",
                "%",
                "_",
                "\x00",
                " ",
            )
        }

    assert found == {
        **{key: ["2"] for key in ("2栋", "２号楼", "二栋", "building 2", "2", "石油路2号")},
        "石油路": ["1", "2", "3"],
        "石油路 3": ["3"],
        **{key: [] for key in ("没有的路", "%", "_", "\x00", " ")},
    }


async def test_searches_stay_in_the_community(world: World):
    async with world.work.look() as uow:
        addresses = await addresses_matching(uow, world.community_id, "石油路")
        far = await addresses_matching(uow, world.units["neighbour"].id, "石油路")
        nothing = await addresses_matching(uow, world.community_id, "x" * 10_000)

    assert [address.label for address in addresses] == ["石油路1号", "石油路2号", "石油路3号"]
    assert [address.label for address in far] == ["石油路far号"]
    assert list(nothing) == []


async def test_the_nearest_buildings_come_first_with_their_distance(world: World):
    async with world.work.look() as uow:
        near = await buildings_near(uow, world.community_id, point(middle_of(2)), within_m=500, limit=2)
        in_grid = await buildings_of(uow, world.units["grid-2"].id)

    assert near[0][0].number == "2"
    assert near[0][1] == 0
    assert 300 < near[1][1] < 500
    assert [building.number for building in in_grid] == ["2"]


async def test_a_number_is_not_found_inside_a_longer_number(world: World):
    async with world.work.begin() as uow:
        for label in ("石油路24号12栋", "石油路24号12栋1单元1层2号", "石油路48号112栋", "石油路120号"):
            uow.session.add(Address(community_id=world.community_id, code=label, level="building", label=label))

    async with world.work.look() as uow:
        found = {
            text: [address.label for address in await addresses_matching(uow, world.community_id, text)]
            for text in ("12栋", "石油路 12", "112", "石油路24号12栋1单元")
        }

    assert found == {
        "12栋": ["石油路24号12栋", "石油路24号12栋1单元1层2号"],
        "石油路 12": ["石油路24号12栋", "石油路24号12栋1单元1层2号"],
        "112": ["石油路48号112栋"],
        "石油路24号12栋1单元": ["石油路24号12栋1单元1层2号"],
    }
