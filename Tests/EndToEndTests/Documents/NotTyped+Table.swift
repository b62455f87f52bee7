extension NotTyped {
    static let all =
        mentions + otherTexts + elsewhere + [
            NotTyped(
                "ip link set PF vf N trust on spoofchk off", on: "docs/troubleshooting.md",
                because: "no machine of lab/ has an SR-IOV NIC")
        ]

    /// The text speaks of a command, without what it needs to run.
    private static let mentions = [
        "docker network create", "docker network create --gateway", "docker network rm", "docker network ls",
        "docker run", "docker run --mac-address", "docker start", "docker restart", "docker volume ls",
        "bridge vlan del", "ip address", "ip link property add", "ip route", "systemctl reload", "systemctl restart",
        "systemd-analyze security", "swiftvlan daemon", "swiftvlan refuse",
        "swiftvlan status", "swiftvlan events", "journalctl SWIFTVLAN_NETWORK=ID", "journalctl -u swiftvlan -o verbose",
    ].map { NotTyped($0, because: "a mention") }

    private static let otherTexts = [
        "swiftvlan cannot serve: …", "bridge \"br0\" filters VLANs …", "swiftvlan endpoint ID", "swiftvlan vlan",
        "swiftvlan shim",
        "swiftvlan isolated ID",
    ].map { NotTyped($0, because: "a message or a link's alias") }

    private static let elsewhere =
        [
            "make deb", "make build", "make test",
        ].map { NotTyped($0, because: ".ci/run runs it") }
        + [
            NotTyped("make run", because: "lab/signals runs lab/demo, which is all that it does"),
            NotTyped("make install", because: "a mention; \"sudo make install\" is typed"),
            NotTyped("docker plugin upgrade …", because: "lab/plugin runs it, with a registry of its own"),
            NotTyped("make plugin", because: "make test-all runs it"),
        ]
        + [
            "make check", "make test-all", "make test-unit", "make test-deb", "make test-plugin", "make fuzz",
            "make chaos",
            "make bench", "make bench BASELINE=PROGRAM", "make bench-networks",
        ].map { NotTyped($0, because: "runs tests or measurements; make test-all runs the parts of the first five") }
}
