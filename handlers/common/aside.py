"""A short conversation beside another: a reason, evidence. What the person was doing waits and goes on afterwards."""

from __future__ import annotations

from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State

ASIDE = "aside"
BACK = "back"


async def step_aside(state: FSMContext, step: State, **notes: Any) -> None:
    """Begin at `step` with `notes`; a half-written report stays in the conversation untouched."""
    stored = await state.get_data()
    back = stored[ASIDE][BACK] if ASIDE in stored else await state.get_state()
    await state.set_data({**stored, ASIDE: {**notes, BACK: back}})
    await state.set_state(step)


async def aside_notes(state: FSMContext) -> dict[str, Any]:
    """The notes of the short conversation; empty when there is none."""
    return dict((await state.get_data()).get(ASIDE, {}))


async def note_aside(state: FSMContext, **notes: Any) -> None:
    """Change some of the notes."""
    stored = await state.get_data()
    await state.set_data({**stored, ASIDE: {**stored.get(ASIDE, {}), **notes}})


async def step_back(state: FSMContext) -> None:
    """End the short conversation and be again where the person was before."""
    stored = await state.get_data()
    aside = stored.pop(ASIDE, {})
    await state.set_data(stored)
    await state.set_state(aside.get(BACK))
