"""One Kafka node that is broker and controller at once: its configuration and its commands. Pure."""

from dataclasses import dataclass
from pathlib import Path

from deploy.local.ports import LOOPBACK

_LOG4J = """\
status=WARN
rootLogger.level=WARN
logger.app.name=org.apache.kafka.common.utils.AppInfoParser
logger.app.level=INFO
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %p %c{1} %m%n
"""


@dataclass(frozen=True, slots=True)
class Detour:
    """A second way in for who comes through a proxy: the broker listens on one port and names the proxy's to those clients."""

    listens: int
    named: int


@dataclass(frozen=True, slots=True)
class KafkaNode:
    """Where one broker lives and on which ports."""

    directory: Path
    port: int
    controller_port: int
    cluster_id: str
    detour: Detour | None = None
    rebalance_delay_ms: int = 0
    """How long a new group waits for more members before it shares the partitions: here nobody else is to come."""

    @property
    def data(self) -> Path:
        """Its log segments."""
        return self.directory / "data"

    @property
    def properties(self) -> Path:
        """Its configuration file."""
        return self.directory / "server.properties"

    @property
    def log4j(self) -> Path:
        """Its logging configuration."""
        return self.directory / "log4j2.properties"

    @property
    def bootstrap(self) -> str:
        """The address clients connect to."""
        return f"{LOOPBACK}:{self.port}"


def render_properties(node: KafkaNode) -> str:
    """Kafka's configuration: one node, no topic by accident, nothing forgotten after a week."""
    listens, named, kinds = f"CLIENT://{node.bootstrap}", f"CLIENT://{node.bootstrap}", "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT"
    if node.detour is not None:
        listens += f",DETOUR://{LOOPBACK}:{node.detour.listens}"
        named += f",DETOUR://{LOOPBACK}:{node.detour.named}"
        kinds += ",DETOUR:PLAINTEXT"
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{LOOPBACK}:{node.controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"{listens},CONTROLLER://{LOOPBACK}:{node.controller_port}",
        "advertised.listeners": named,
        "inter.broker.listener.name": "CLIENT",
        "listener.security.protocol.map": kinds,
        "log.dirs": str(node.data),
        "auto.create.topics.enable": "false",
        "log.retention.ms": "-1",
        "num.partitions": "12",
        # A group that was away longer than this starts anew from the fence in the database.
        "offsets.retention.minutes": "525600",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": str(node.rebalance_delay_ms),
        # The cleaner's default buffer of 128 MiB would be half the heap.
        "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
        # A broker that was killed may register again only when its old session has run out (9 s by default).
        "broker.heartbeat.interval.ms": "500",
        "broker.session.timeout.ms": "3000",
        "num.network.threads": "2",
        "num.io.threads": "4",
    }
    return "".join(f"{key}={value}\n" for key, value in settings.items())


def render_log4j() -> str:
    """Everything to standard output: the launcher keeps it as the log of this process."""
    return _LOG4J


def java_options(node: KafkaNode, class_path: tuple[Path, ...]) -> tuple[str, ...]:
    """A small heap and one collector thread: a stack shares its machine with all services."""
    return (
        "-Xms192m",
        "-Xmx384m",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "-Xshare:auto",
        "-Djava.awt.headless=true",
        f"-Dlog4j2.configurationFile={node.log4j}",
        "-cp",
        ":".join(str(path) for path in class_path),
    )


def format_command(java: str, node: KafkaNode, class_path: tuple[Path, ...]) -> tuple[str, ...]:
    """Writes the cluster's id into an empty data directory; needed once."""
    arguments = ("kafka.tools.StorageTool", "format", "--cluster-id", node.cluster_id, "--config", str(node.properties))
    return (java, "-XX:TieredStopAtLevel=1", *java_options(node, class_path), *arguments)  # over before the better compiler pays


def server_command(java: str, node: KafkaNode, class_path: tuple[Path, ...]) -> tuple[str, ...]:
    """Runs the node in the foreground."""
    return (java, *java_options(node, class_path), "kafka.Kafka", str(node.properties))
