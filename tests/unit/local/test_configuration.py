"""What a stack is told before anything runs: topics, Kafka's settings, ports, checksums, mirrors."""

import stat
from pathlib import Path

import pytest

from deploy.local import kafka
from deploy.local.browser import is_debian
from deploy.local.databases import service_url
from deploy.local.identity import load_identity
from deploy.local.jars import read_checksums
from deploy.local.java import major_version
from deploy.local.maven_settings import mirror_of_central
from deploy.local.paths import ROOT
from deploy.local.ports import free_ports, is_free
from deploy.local.topics import Topic, differences, parse_topic, read_topics

COMPACTED = {"hr.directory.v1", "reporting.indicator-values.v1"}
SETTINGS = "<settings xmlns='http://maven.apache.org/SETTINGS/1.2.0'><mirrors>{}</mirrors></settings>"
MIRROR = "<mirror><id>a</id><mirrorOf>{}</mirrorOf><url>https://maven.example/all/</url></mirror>"


def test_every_topic_has_twelve_partitions_and_keeps_for_ever_or_what_is_local_only_for_400_days() -> None:
    for topic in read_topics():
        assert topic.partitions == 12
        assert topic.settings["retention.ms"] == ("34560000000" if topic.name.endswith(".restricted.v1") else "-1")
        assert topic.settings["cleanup.policy"] == ("compact" if topic.name in COMPACTED else "delete")


def test_an_entry_overrides_the_defaults() -> None:
    defaults = {"partitions": 12, "settings": {"retention.ms": -1}}

    assert parse_topic("a", {"partitions": 3, "settings": {"retention.ms": 5}}, defaults) == Topic("a", 3, {"retention.ms": "5"})


def test_what_a_broker_has_otherwise_is_told() -> None:
    wanted = Topic("a", 12, {"retention.ms": "-1"})

    assert differences(wanted, None, {}) == ("a: missing",)
    assert differences(wanted, 12, {"retention.ms": "-1", "other": "x"}) == ()
    assert differences(wanted, 6, {"retention.ms": "7"}) == ("a: 6 partitions, wanted 12", "a: retention.ms is 7, wanted -1")


def test_the_broker_forgets_nothing_and_creates_no_topic_by_accident() -> None:
    node = kafka.KafkaNode(Path("/stack/kafka"), 20_001, 20_002, "cluster")
    lines = kafka.render_properties(node).splitlines()

    assert {"auto.create.topics.enable=false", "log.retention.ms=-1", "advertised.listeners=CLIENT://127.0.0.1:20001"} <= set(lines)
    assert len({line.partition("=")[0] for line in lines}) == len(lines)


def test_who_comes_through_a_proxy_is_told_the_proxys_port() -> None:
    node = kafka.KafkaNode(Path("/stack/kafka"), 20_001, 20_002, "cluster", kafka.Detour(listens=20_003, named=20_004))
    settings = dict(line.split("=", 1) for line in kafka.render_properties(node).splitlines())

    assert settings["advertised.listeners"] == "CLIENT://127.0.0.1:20001,DETOUR://127.0.0.1:20004"
    assert "DETOUR://127.0.0.1:20003" in settings["listeners"].split(",")
    assert "DETOUR:PLAINTEXT" in settings["listener.security.protocol.map"].split(",")


def test_ports_are_different_free_and_below_those_of_outgoing_connections() -> None:
    ports = free_ports(40)

    assert len(set(ports)) == 40
    assert all(port < 32_768 and is_free(port) for port in ports)


def test_a_stack_keeps_its_identity_over_restarts_and_no_one_else_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "identity.json"
    first = load_identity(file, ("intake",), ("kafka", "web"))
    second = load_identity(file, ("intake", "reporting"), ("kafka", "web", "health-reporting"))

    assert second.passwords["intake"] == first.passwords["intake"]
    assert (second.secret, second.cluster_id) == (first.secret, first.cluster_id)
    assert {name: second.ports[name] for name in first.ports} == dict(first.ports)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("admin", "expected"),
    [
        ("postgresql://admin:secret@/postgres?host=/run/x", "postgresql://forbliv_intake:word@/forbliv_intake?host=/run/x"),
        ("postgresql://admin@db.example:5433/postgres", "postgresql://forbliv_intake:word@db.example:5433/forbliv_intake"),
    ],
)
def test_a_service_gets_the_servers_address_with_its_own_role_and_database(admin: str, expected: str) -> None:
    assert service_url(admin, "intake", "word") == expected


@pytest.mark.parametrize(
    "name", ["requirements/run.txt", "requirements/dev.txt", "deploy/local/web/package-lock.json", "deploy/local/kafka.sha256"]
)
def test_what_is_locked_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert "://" not in text
    assert "resolved" not in text


def test_the_tests_have_all_that_the_product_has() -> None:
    run, dev = (
        {line for line in (ROOT / "requirements" / f"{kind}.txt").read_text(encoding="utf-8").splitlines() if "==" in line}
        for kind in ("run", "dev")
    )

    assert run <= dev


def test_every_jar_is_named_once_with_a_whole_checksum() -> None:
    jars = read_checksums()

    assert len({jar.path for jar in jars}) == len(jars)
    assert all(len(jar.sha256) == 64 for jar in jars)
    assert any(jar.artifact == "kafka_2.13" for jar in jars)


@pytest.mark.parametrize(
    ("mirrored", "found"),
    [("central", True), ("*", True), ("internal, central", True), ("external:*", True), ("*,!central", False), ("other", False)],
)
def test_a_mirror_of_central_in_mavens_settings_is_used(tmp_path: Path, mirrored: str, found: bool) -> None:
    settings = tmp_path / "settings.xml"
    settings.write_text(SETTINGS.format(MIRROR.format(mirrored)))

    assert mirror_of_central(settings) == ("https://maven.example/all" if found else None)


def test_without_maven_settings_there_is_no_mirror(tmp_path: Path) -> None:
    assert mirror_of_central(tmp_path / "settings.xml") is None


@pytest.mark.parametrize(("text", "major"), [('openjdk version "17.0.15" 2025', 17), ('java version "1.8.0_1"', 1), ("none", 0)])
def test_the_major_version_of_java_is_read(text: str, major: int) -> None:
    assert major_version(text) == major


@pytest.mark.parametrize(("text", "debian"), [("NAME=x\nID=debian\n", True), ("ID=ubuntu\nID_LIKE=debian\n", False)])
def test_only_debian_itself_has_chromium_as_a_package(tmp_path: Path, text: str, debian: bool) -> None:
    release = tmp_path / "os-release"
    release.write_text(text)

    assert is_debian(release) is debian
