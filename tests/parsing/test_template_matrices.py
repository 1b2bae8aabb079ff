"""What prose says of a matrix that it writes out."""

import pytest

from clra.parsing.claims import find_claims

M = r"\begin{pmatrix} 2 & 1 \\ 1 & 2 \end{pmatrix}"
N = r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}"


def told(text: str) -> list[str | None]:
    return [claim.formal for claim in find_claims(text, ()) if claim.formal != "A = matrix(2, 1; 1, 2)"]


SENTENCES = [
    (f"The determinant of ${M}$ is $3$.", ["determinant(matrix(2, 1; 1, 2)) = 3"]),
    (f"The trace of the matrix $A = {M}$ is $4$.", ["2 + 2 = 4"]),
    (f"The transpose of ${N}$ is ${M}$.", ["transpose(matrix(1, 2; 3, 4)) = matrix(2, 1; 1, 2)"]),
    (f"The inverse of ${N}$ is ${M}$.", ["matrix(1, 2; 3, 4)^(-1) = matrix(2, 1; 1, 2)"]),
    (
        f"The eigenvalues of $A = {M}$ are $1$ and $3$.",
        ["determinant(matrix(2 - 1, 1; 1, 2 - 1)) = 0", "determinant(matrix(2 - 3, 1; 1, 2 - 3)) = 0"],
    ),
]


@pytest.mark.parametrize(("text", "formal"), SENTENCES)
def test_a_sentence_about_a_matrix(text, formal):
    assert told(text) == formal


@pytest.mark.parametrize(
    "text",
    [
        "The eigenvalues of $A$ are $1$ and $3$.",
        f"The eigenvalues of ${M}$ are about $0.99$ and $3.01$.",
        r"The trace of $\begin{pmatrix} a & 1 \\ 1 & 2 \end{pmatrix}$ is $4$.",
        r"The determinant of $\begin{pmatrix} 1 & 2 & 3 \\ 4 & 5 & 6 \end{pmatrix}$ is $4$.",
        f"Twice the determinant of ${M}$ is $6$.",
    ],
)
def test_what_is_not_plain_is_not_read(text):
    assert told(text) == []
