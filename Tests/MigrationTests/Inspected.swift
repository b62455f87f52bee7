import DockerAPI
import FoundationEssentials
import Migration
import TestSupport

/// What `docker inspect` printed.
enum Inspected {
    private static let directory = "\(#filePath.dropLast("Inspected.swift".count))Inspected"

    static func networks(file: String) throws -> [DockerNetwork] { try decode(readTextFile("\(directory)/\(file)")) }

    static func containers(file: String) throws -> [DockerContainerDetails] {
        try decode(readTextFile("\(directory)/\(file)"))
    }

    /// A network with the fields of engine 28.5; `more` replaces those after it.
    static func network(
        _ name: String, driver: String, options: [String: String] = ["parent": "eth0"], _ more: String = ""
    )
        throws -> DockerNetwork
    {
        let pairs = options.map { "\(quoted($0.key)): \(quoted($0.value))" }.joined(separator: ", ")
        let fields = more.isEmpty ? addressing() : more
        return try decode(
            """
            {"Name": \(quoted(name)), "Id": "\(id(of: name))", "Created": "2026-01-01T00:00:00Z", "Driver": "\(driver)",
             "EnableIPv4": true, "ConfigFrom": {"Network": ""}, "Containers": {}, "Options": {\(pairs)}, \(fields)}
            """)
    }

    static func addressing(_ pools: String = #"{"Subnet": "192.168.50.0/24", "Gateway": "192.168.50.1"}"#) -> String {
        #""IPAM": {"Driver": "default", "Options": null, "Config": [\#(pools)]}"#
    }

    /// A container with the fields of engine 28.5.
    static func container(
        _ name: String, in networks: [String: String], labels: [String: String] = [:], runs: Bool = true
    ) throws -> DockerContainerDetails {
        let places = networks.map { "\(quoted($0.key)): {\"NetworkID\": \"\(id(of: $0.key))\"\($0.value)}" }
        let pairs = labels.map { "\(quoted($0.key)): \(quoted($0.value))" }
        return try decode(
            """
            {"Id": "\(id(of: name))", "Name": \(quoted("/" + name)), "State": {"Running": \(runs)},
             "Config": {"Labels": {\(pairs.joined(separator: ", "))}},
             "NetworkSettings": {"Networks": {\(places.joined(separator: ", "))}}}
            """)
    }

    static func service(_ name: String, _ network: String, _ more: String = "") throws -> DockerService {
        try decode(
            """
            {"ID": "s1", "Spec": {"Name": "\(name)", "TaskTemplate": {"Networks": [{"Target": "\(id(of: network))"\(more)}]}}}
            """)
    }

    /// An identifier of 64 digits.
    static func id(of name: String) -> String {
        let digits = name.utf8.map { String($0, radix: 16) }.joined()
        return digits + String(repeating: "0", count: max(0, 64 - digits.count))
    }

    private static func quoted(_ text: String) -> String {
        String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
    }

    private static func decode<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}

extension Stage {
    /// The commands of one direction, as they are in the script.
    func commands(_ lines: KeyPath<Stage, [Line]> = \.move) -> [String] {
        self[keyPath: lines].compactMap { line in
            switch line {
            case .command(let words): words.joined(separator: " ")
            case .attempt(let words): words.joined(separator: " ") + " || :"
            case .code(let text): text
            case .comment: nil
            }
        }
    }
}
