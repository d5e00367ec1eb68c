"""DATASHEET.md: the questions of a datasheet, with the answers that are known and room for the others."""

from pipeline.export.documents import Facts, withheld_sentence

_ASK = "_To be answered by the authors of the package._"
_NOT_FOR = (
    "To identify, rate or follow people; to read a gap or a withheld cell as zero; to take titles on a trending "
    "list for public opinion."
)


def datasheet(facts: Facts) -> str:
    """The datasheet of a package, after Gebru et al. (2021), Datasheets for Datasets, doi 10.1145/3458723."""
    parts = [f"# Datasheet: {facts.title}\n\nAfter Gebru et al. (2021), doi 10.1145/3458723.\n"]
    for section, questions in _answers(facts).items():
        parts.append(f"\n## {section}\n")
        parts += [f"\n**{question}** {answer}\n" for question, answer in questions]
    return "".join(parts)


def _answers(facts: Facts) -> dict[str, list[tuple[str, str]]]:
    first, last = facts.span
    sizes = "; ".join(
        f"{row['dataset']}: {row['posts']:,} {'titles a day, summed' if row['kind'] == 'board' else 'posts'} on "
        f"{row['counted']} days, {row['gaps']} days not collected"
        for row in facts.datasets
    )
    sampling = " ".join(f"{row['dataset']}: {row['sampling']}" for row in facts.datasets)
    bases = " ".join(f"{row['dataset']}: {row['basis']}" for row in facts.datasets)
    return {
        "Motivation": [
            ("For what purpose was the dataset made?", _ASK),
            ("Who made it, and who paid for it?", ", ".join(facts.authors) or _ASK),
        ],
        "Composition": [
            ("What do the instances represent?", "Counts: a day, a topic, two topics, a word. No post and no person."),
            ("How many are there?", sizes + "."),
            ("Is it a sample?", sampling),
            ("Is anything missing?", f"Days that were not collected are in coverage.csv. {withheld_sentence(facts)}"),
            ("Are there errors?", f"The lexicon {facts.lexicon} finds words, not meanings: label a sample."),
            ("Does it hold what might identify people?", "No texts, ids, places or names of private persons."),
            ("Might it offend or cause anxiety?", "Topics include reported sexual violence; wordings are neutral."),
        ],
        "Collection": [
            ("How was it acquired?", f"From public datasets, {first} to {last}, as LICENCES.md lists them."),
            ("Were people told, and did they consent?", bases),
            ("Was there an ethical review?", _ASK),
        ],
        "Preprocessing": [
            ("What was done?", f"Posts were counted by Guanchao {facts.package}; method.csv has its rules."),
            ("Is the raw data kept?", _ASK),
        ],
        "Uses": [
            ("What has it been used for?", _ASK),
            ("What should it not be used for?", _NOT_FOR),
        ],
        "Distribution": [
            ("Under which terms?", "Those of the sources: LICENCES.md."),
            ("When and where?", _ASK),
        ],
        "Maintenance": [
            ("Who maintains it?", _ASK),
            ("How are removals honoured?", "Counts are made anew without the post; a new package replaces this one."),
        ],
    }  # fmt: skip
