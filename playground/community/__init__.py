"""The sample community: made from a seed, sized like the one that Youlin is modelled on, and peopled by nobody real."""

from playground.community.files import write
from playground.community.generator import generate
from playground.community.shapes import Community

__all__ = ["Community", "generate", "write"]
