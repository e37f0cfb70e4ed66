"""The environment's variables: each one that is read is explained, and each one explained is read."""

import re

from tests.house import processes, sources

READ_BY_OTHERS = {"TACE_ENVIRONMENT", "PORT"}


def explained() -> set[str]:
    text = (sources.ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", text, re.MULTILINE))


def read() -> set[str]:
    texts = [source.text for source in sources.product() if source.path.startswith("tace_site/")]
    by_name = (
        r"""(?:env\.\w+\(|environ\.get\(|environ\[|required_in_production\(\s*env\.\w+,)\s*["']([A-Z_]+)"""
    )
    return {name for text in texts for name in re.findall(by_name, text)}


class TestVariables:
    def test_that_are_read_are_explained(self):
        assert read() - explained() == set()

    def test_that_are_explained_are_read(self):
        assert explained() - read() - READ_BY_OTHERS == set()

    def test_of_the_example_start_the_product_once_its_key_is_made(self, tmp_path):
        lines = (sources.ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
        given = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
        environment = (
            processes.environment("")
            | given
            | {"SECRET_KEY": "k7Qw-3vZp9sLxN2mTr8yBd5fGh1jKc4uWe6iOa0zXq-RsVtYnMbP"}
        )

        said = processes.manage("check", "--deploy", "--fail-level", "INFO", env=environment)

        assert "no issues (0 silenced)" in said
