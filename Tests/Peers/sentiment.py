"""Macro-F1 of our scorer and of two peers on labelled sentences; see Tests/Peers/sentiment.

Each set is cut in two by a checksum of the sentence: on the even half the lexicon was developed, the odd half was only ever counted.
"""

import csv
import os
import subprocess
import sys
import zipfile
import zlib

TONES = ("negative", "neutral", "positive")


def peers():
    """The two peers as functions from a sentence to a compound score in -1...1."""
    import vaderSentiment

    home = os.path.join(sys.prefix, "nltk_data")
    archive = os.path.join(home, "sentiment", "vader_lexicon.zip")
    if not os.path.exists(archive):
        # NLTK would fetch VADER's lexicon from the network; the same file comes with vaderSentiment.
        os.makedirs(os.path.dirname(archive), exist_ok=True)
        with zipfile.ZipFile(archive, "w") as file:
            file.write(os.path.join(os.path.dirname(vaderSentiment.__file__), "vader_lexicon.txt"), "vader_lexicon/vader_lexicon.txt")
    from finvader import finvader
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    vader = SentimentIntensityAnalyzer()
    return {
        "vaderSentiment": lambda text: vader.polarity_scores(text)["compound"],
        "finvader": lambda text: finvader(text, use_sentibignomics=True, use_henry=True, indicator="compound"),
    }


def rows(folder, name):
    """(half, sentence, tone) of one set; for the central bankers' words hawkish stands for positive and dovish for negative."""
    with open(os.path.join(folder, name + ".csv"), encoding="utf-8") as file:
        for row in csv.DictReader(file):
            half = "develop" if zlib.crc32(row["sentence"].encode()) % 2 == 0 else "report"
            text = " ".join(row["sentence"].split())
            if name == "fiqa":
                score = float(row["score"])
                yield half, text, "positive" if score > 0.1 else "negative" if score < -0.1 else "neutral"
            else:
                yield half, text, {"hawkish": "positive", "dovish": "negative"}.get(row["label"], row["label"])


def f1(pairs):
    """Per class, from (truth, answer)."""
    scores = []
    for tone in TONES:
        hits = sum(truth == answer == tone for truth, answer in pairs)
        wrong = sum((truth == tone) != (answer == tone) for truth, answer in pairs)
        scores.append(2 * hits / (2 * hits + wrong) if hits + wrong else 0.0)
    return scores


def ours(tool, texts, policy):
    run = subprocess.run([tool, "score"] + (["policy"] if policy else []), input="\n".join(texts) + "\n", capture_output=True, text=True, check=True)
    return [line.split("\t")[0] for line in run.stdout.splitlines()]


def main():
    tool, folder = sys.argv[1:3]
    others = peers()
    print(f"{'set':<12}{'half':<9}{'n':>6}  {'scorer':<26}{'macro-F1':>9}{'negative':>10}{'neutral':>9}{'positive':>10}")
    for name in ("phrasebank", "fiqa", "fomc"):
        if not os.path.exists(os.path.join(folder, name + ".csv")):
            print(f"skipped: no {name}.csv in {folder}")
            continue
        data = list(rows(folder, name))
        texts, truths = [text for _, text, _ in data], [tone for _, _, tone in data]
        answers = {"aura": ours(tool, texts, name == "fomc"), "always neutral": ["neutral"] * len(texts)}
        for peer, score in others.items():
            scores = [score(text) for text in texts]
            answers[peer] = ["positive" if s >= 0.05 else "negative" if s <= -0.05 else "neutral" for s in scores]
            if name == "fomc":
                # Which way tone points there is nobody's promise: the peers get the better of the two.
                turned = [{"positive": "negative", "negative": "positive"}.get(a, a) for a in answers[peer]]
                if sum(f1(list(zip(truths, turned)))) > sum(f1(list(zip(truths, answers[peer])))):
                    answers[peer] = turned
        for half in ("all", "develop", "report"):
            for scorer, given in answers.items():
                pairs = [(truth, answer) for (of, _, _), truth, answer in zip(data, truths, given) if half in ("all", of)]
                scores = f1(pairs)
                print(f"{name:<12}{half:<9}{len(pairs):>6}  {scorer:<26}{sum(scores) / 3:>9.3f}{scores[0]:>10.3f}{scores[1]:>9.3f}{scores[2]:>10.3f}")
    return 0


sys.exit(main())
