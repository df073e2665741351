"""Nodes of an OpenSearch cluster, installed from Maven Central, each a process.

`python -m tests.opensearch.nodes FOLDER` installs a node, so that tests start sooner.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

VERSION = "2.19.6"
POM = Path(__file__).with_name("pom.xml")
MODULES = {
    "transport-netty4": "org.opensearch.transport.Netty4Plugin",
    "analysis-common": "org.opensearch.analysis.common.CommonAnalysisPlugin",
    "lang-painless": "org.opensearch.painless.PainlessPlugin",
}
# Permissions that the transport needs.
TRANSPORT_POLICY = """grant {
  permission java.net.SocketPermission "*", "accept,connect";
  permission java.lang.RuntimePermission "getClassLoader";
  permission java.lang.RuntimePermission "*", "setContextClassLoader";
  permission java.util.PropertyPermission "sun.nio.ch.bugLevel", "write";
  permission java.io.FilePermission "/proc/sys/net/core/somaxconn", "read";
};
"""
# Permissions that scripts need.
SCRIPTS_POLICY = """grant {
  permission java.lang.RuntimePermission "createClassLoader";
  permission java.lang.RuntimePermission "getClassLoader";
};
"""
POLICIES = {"transport-netty4": TRANSPORT_POLICY, "lang-painless": SCRIPTS_POLICY}
LOGGING = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1.} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""
NOBODY = 65534  # a node refuses to run as root
START_SECONDS = 180
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def can_run() -> bool:
    """Return whether Java and Maven are installed."""
    return bool(shutil.which("java") and shutil.which("mvn"))


def lay_out(folder: Path) -> Path:
    """Install a node in a folder, unless it is there, and return its path."""
    home = folder / f"opensearch-{VERSION}"
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        for name in ("bin", "extensions", "plugins"):
            (home / name).mkdir(parents=True)
        command = ("mvn", "-q", "-B", "-f", str(POM), f"-Dfolder={home}", "package")
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for name, class_name in MODULES.items():
            (home / "modules" / name / "plugin-descriptor.properties").write_text(
                f"name={name}\ndescription={name}\nclassname={class_name}\n"
                f"version={VERSION}\nopensearch.version={VERSION}\njava.version=11\n"
            )
        for name, policy in POLICIES.items():
            (home / "modules" / name / "plugin-security.policy").write_text(policy)
        (home / "complete").touch()
    return home


class Node:
    """A node; its folder is not removed with it.

    Args:
        home: The installation that `lay_out` returned.
        folder: The node's own folder.
        name: The node's name.
        port: The port for requests.
        transports: The ports that the nodes of the cluster use among themselves.
        transport: The node's own one of these.
        heap: The size of the heap, as Java writes it.
        options: More options for Java.

    Attributes:
        port: The port for requests.
        process: The node's process.
    """

    def __init__(
        self,
        home: Path,
        folder: Path,
        name: str,
        port: int,
        transports: Sequence[int],
        transport: int,
        heap: str,
        options: Sequence[str] = (),
    ) -> None:
        self.port = port
        self._home, self._folder, self._heap = home, folder, heap
        self._options = options
        for each in ("config", "data", "logs", "tmp"):
            (folder / each).mkdir(parents=True)
        seeds = ", ".join(f'"127.0.0.1:{each}"' for each in transports)
        # Of two, only one can be elected: it could not win the vote without the other.
        numbers = range(len(transports))
        electable = [
            f"node-{n}" for n in (numbers if len(numbers) > 2 else numbers[-1:])
        ]
        roles = "cluster_manager, data" if name in electable else "data"
        (folder / "config" / "opensearch.yml").write_text(
            f"cluster.name: tests-{transports[0]}\nnode.name: {name}\n"
            f"path.data: {folder}/data\npath.logs: {folder}/logs\n"
            f"network.host: 127.0.0.1\nhttp.port: {port}\ntransport.port: {transport}\n"
            f"discovery.seed_hosts: [{seeds}]\n"
            f"cluster.initial_cluster_manager_nodes: [{', '.join(electable)}]\n"
            f"node.roles: [{roles}]\n"
            "cluster.routing.allocation.disk.threshold_enabled: false\n"
        )
        (folder / "config" / "log4j2.properties").write_text(LOGGING)
        if os.getuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
            for path in folder.parents:  # those that only root can enter
                if not path.stat().st_mode & 0o001:
                    path.chmod(path.stat().st_mode | 0o011)

    def start(self) -> None:
        """Start the node, without waiting until it answers; see `LocalCluster.wait`."""
        is_root = os.getuid() == 0
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *("java", f"-Xms{self._heap}", f"-Xmx{self._heap}"),
                    *("-XX:+UseSerialGC", "-Xss1m", "-Djava.awt.headless=true"),
                    *self._options,
                    f"-Djava.io.tmpdir={self._folder}/tmp",
                    f"-Dopensearch.path.home={self._home}",
                    f"-Dopensearch.path.conf={self._folder}/config",
                    "-Dlog4j2.disable.jmx=true",
                    *("-cp", f"{self._home}/lib/*"),
                    "org.opensearch.bootstrap.OpenSearch",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": os.environ["PATH"], "HOME": str(self._folder)},
                user=NOBODY if is_root else None,
                group=NOBODY if is_root else None,
                extra_groups=[] if is_root else None,
            )

    def kill(self) -> None:
        """Kill the node, as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @property
    def log(self) -> str:
        """The output of the node."""
        return (self._folder / "log").read_text(errors="replace")


class LocalCluster:
    """A cluster of nodes on this machine; none is started yet.

    Args:
        home: The installation that `lay_out` returned.
        folder: A folder for the nodes' folders.
        n_nodes: The number of nodes.
        heap: The size of each heap, as Java writes it.
        options: More options for Java.

    Attributes:
        nodes: The nodes.
    """

    def __init__(
        self,
        home: Path,
        folder: Path,
        n_nodes: int = 2,
        heap: str = "256m",
        options: Sequence[str] = (),
    ) -> None:
        ports, transports = _free_ports(n_nodes), _free_ports(n_nodes)
        self.nodes = [
            Node(
                home,
                folder / f"node-{n}",
                f"node-{n}",
                ports[n],
                transports,
                transports[n],
                heap,
                options,
            )
            for n in range(n_nodes)
        ]

    def leader(self) -> Node:
        """Return the node that is elected now, asked of the first that answers."""
        for node in self.nodes:
            if node.process.poll() is None:
                url = f"http://127.0.0.1:{node.port}/_cat/cluster_manager?h=node"
                with _OPENER.open(url, timeout=10) as answer:
                    name = answer.read().decode().strip()
                return self.nodes[int(name.removeprefix("node-"))]
        raise RuntimeError("no node is running")

    @property
    def hosts(self) -> str:
        """The nodes' hosts and ports, as in the URL of an index."""
        return ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def start(self) -> None:
        """Start all nodes, and wait until they are ready."""
        for node in self.nodes:
            node.start()
        self.wait()

    def wait(self) -> None:
        """Wait until all nodes and all shards are available."""
        query = f"wait_for_status=green&wait_for_nodes={len(self.nodes)}&timeout=5s"
        deadline = time.monotonic() + START_SECONDS
        for node in self.nodes:
            url = f"http://127.0.0.1:{node.port}/_cluster/health?{query}"
            while not _answers(url):
                if time.monotonic() > deadline or node.process.poll() is not None:
                    raise RuntimeError(f"a node does not start: {node.log[-3_000:]}")
                time.sleep(0.2)

    def stop(self) -> None:
        """Kill all nodes."""
        for node in self.nodes:
            node.kill()


def _answers(url: str) -> bool:
    try:
        with _OPENER.open(url, timeout=10) as answer:
            return answer.status == 200
    except (OSError, urllib.error.HTTPError):
        return False


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


if __name__ == "__main__":
    sys.stdout.write(f"{lay_out(Path(sys.argv[1]).absolute())}\n")
