"""Sums over tokens, compiled."""

from pipeline.arrays.compiled import Ints, compiled


@compiled
def tally(
    codes: Ints, bounds: Ints, first: int, authors: Ints, mentions: Ints, posts: Ints, last: Ints, few: Ints,
    number: Ints,
) -> None:  # fmt: skip
    """Add the words of some posts, of which `first` is the first: post p has codes[bounds[p]:bounds[p + 1]].

    Of each word: mentions and posts; the last post that used it, -1 before any; a few of its distinct authors
    (int32[words, few]) and the number of these.
    """
    for post in range(len(bounds) - 1):
        author = authors[first + post]
        for at in range(bounds[post], bounds[post + 1]):
            word = codes[at]
            mentions[word] += 1
            if last[word] == first + post:
                continue
            last[word] = first + post
            posts[word] += 1
            if author >= 0 and number[word] < few.shape[1]:
                new = True
                for known in range(number[word]):
                    new &= few[word, known] != author
                if new:
                    few[word, number[word]] = author
                    number[word] += 1
