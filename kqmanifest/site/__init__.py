"""A site: what its operator allows, as rules that no spec can widen."""

from kqmanifest.site.reading import read_site, unsound
from kqmanifest.site.rules import rules_of

__all__ = ["read_site", "rules_of", "unsound"]
