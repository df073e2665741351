"""Hypothesis strategies for texts."""

from hypothesis import strategies as st

# Half characters, combining marks, what turns the direction of writing, what is unseen.
NASTY = "\ud800\udfff\u0301\u0327\u0e31\u202e\u2066\u2069\u200f\u200b\ufeff\u00ad a.\n"


def texts(**options):
    """Any text, in which some pieces are frequent."""
    alphabet = st.one_of(
        st.characters(), st.sampled_from(NASTY), st.sampled_from("a. \n")
    )
    return st.text(alphabet, **options)
