import DriverCore
import Glibc
import StateStore
import TestSupport
import Testing

@Suite("Records")
struct RecordTests {
    private static let directory = "\(#filePath.dropLast("RecordTests.swift".count))Records"

    /// Each seed yields 20 networks and endpoints. The seed in the test's name reproduces them.
    @Test("Records are read as they were written", arguments: 0..<100 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var models = RandomModels(seed: seed)
        for _ in 0..<20 {
            let network = models.network()
            try expect(
                RecordFormats.all.network(from: RecordFormats.all.bytes(of: network)), equals: network, "seed \(seed)")
            let endpoint = models.endpoint()
            try expect(
                RecordFormats.all.endpoint(from: RecordFormats.all.bytes(of: endpoint)), equals: endpoint,
                "seed \(seed)")
        }
    }

    @Test("Records of every version are read", arguments: try namesInDirectory(directory))
    func samples(version: String) throws {
        let number = try #require(Int(version.dropFirst()))
        let names = try namesInDirectory("\(Self.directory)/\(version)")
        #expect(names.count == Samples.networks.count + Samples.endpoints.count)
        for name in names {
            let text = try readTextFile("\(Self.directory)/\(version)/\(name)")
            let rewritten: [UInt8]
            if let expected = Samples.networks[String(name.dropLast(5))] {
                let network = try RecordFormats.all.network(from: Array(text.utf8))
                #expect(network == expected, "\(version)/\(name)")
                rewritten = try RecordFormats.all.bytes(of: network)
            } else {
                let endpoint = try RecordFormats.all.endpoint(from: Array(text.utf8))
                #expect(endpoint == Samples.endpoints[String(name.dropLast(5))], "\(version)/\(name)")
                rewritten = try RecordFormats.all.bytes(of: endpoint)
            }
            guard number == RecordFormats.all.newestVersion else { continue }
            #expect(String(decoding: rewritten, as: UTF8.self) == text, "\(version)/\(name)")
        }
    }

    @Test("Samples exist for every version of records")
    func sampleVersions() throws {
        try expect(namesInDirectory(Self.directory), equals: (1...RecordFormats.all.newestVersion).map { "v\($0)" })
    }

    @Test("Unknown keys in records are ignored")
    func unknownKeys() throws {
        let text = try record(replacing: #""internal" : true"#, by: #""internal" : true, "later" : [{}]"#)
        try expect(RecordFormats.all.network(from: text), equals: Samples.networks["network-vlan-in-vlan"])
    }

    private static let damages: [(old: String, new: String, why: String)] = [
        (#""version" : 1"#, #""version" : 0"#, "there is no format 0"),
        (#""version" : 1"#, #""version" : "1""#, "a value has the wrong type at version"),
        (#""version" : 1"#, #""versions" : 1"#, #""version" is missing"#),
        (#""network" : {"#, #""endpoint" : {"#, #""network" is missing"#),
        (#""id" : "2f0e"#, #""id" : "../2f0e"#, "is not a network identifier"),
        (#""kind" : "macvlan""#, #""kind" : "macvtap""#, #""macvtap" is not a kind of links"#),
        (#""kind" : "macvlan""#, #""kind" : "ipvlan""#, #""flag" is missing"#),
        (#""mode" : "vepa""#, #""mode" : "l2""#, #""l2" is not a mode of macvlan"#),
        (#""internal" : true"#, #""internal" : 1"#, "a value has the wrong type at network.internal"),
        (#""internal" : true"#, #""internal" : null"#, "a value has the wrong type at network.internal"),
        (#""mode" : "vepa""#, #""mode" : null"#, "a value is null at network.mode"),
        (#""lower" : "eth0""#, #""lower" : "eth0/1""#, #""eth0/1" is not a link's name"#),
        (#""name" : "guests""#, #""name" : """#, #""" is not a link's name"#),
        (#""id" : 50"#, #""id" : 4095"#, "4095 is not the number of a VLAN"),
        (#""id" : 50"#, #""id" : 65536"#, "65536 is not the number of a VLAN"),
        (#""protocol" : "802.1q""#, #""protocol" : "802.1x""#, #""802.1x" is not a protocol of VLANs"#),
        (#""vlan" : {"#, #""existing" : "eth0", "vlan" : {"#, "is not one of existing, isolated and vlan"),
        (#""vlan" : {"#, #""wlan" : {"#, "is not one of existing, isolated and vlan"),
        (#""192.168.50.0/24""#, #""192.168.50.0/33""#, #""192.168.50.0/33" is not a subnet"#),
        (#""192.168.50.0/24""#, #""192.168.50.7/24""#, "it has host bits"),
        (#""192.168.50.1""#, #""192.168.50.256""#, #""192.168.50.256" is not an address"#),
        (#""mtu" : 1400"#, #""mtu" : 67"#, "67 is not an MTU"),
        (#""10.0.0.0/8 via 192.168.50.254""#, #""10.0.0.0/8 dev eth0""#, "is not a route"),
        (#""10.0.0.0/8 via 192.168.50.254""#, #""10.0.0.0/8 via eth0""#, #""eth0" is not an address"#),
        (#""gateway" : false"#, #""gateway" : false, "routers" : ["eth0"]"#, #""eth0" is not an address"#),
        (
            #""gateway" : false"#, #""gateway" : false, "routers" : ["fe80::1", "fe80::2"]"#,
            #""routers" names two of a family"#
        ),
        (#""mac" : "02:aa:bb""#, #""mac" : "02:aa:bb:cc:dd:ee:ff""#, "is not a way to choose MAC addresses"),
        (
            #""mac" : "02:aa:bb""#, #""interfacePrefix" : "a/b", "mac" : "02:aa:bb""#,
            #""a/b" is not a prefix of interface names"#
        ),
        (
            #""broadcastQueueLength" : 5000"#, #""broadcastQueueLength" : -1"#,
            "-1 is not a number of packets"
        ),
    ]

    @Test("Records with impossible values are refused", arguments: damages)
    func damaged(old: String, new: String, why: String) throws {
        let bytes = try record(replacing: old, by: new)
        let error = #expect(throws: RecordError.self) { try RecordFormats.all.network(from: bytes) }
        #expect(error?.description.contains(why) == true, "\(String(describing: error))")
    }

    @Test("Records of a newer version are distinguished from damaged ones")
    func newer() throws {
        let bytes = try record(replacing: #""version" : 1"#, by: #""version" : 7"#)
        #expect(throws: RecordError.newer(version: 7)) { try RecordFormats.all.network(from: bytes) }
    }

    private func record(replacing old: String, by new: String) throws -> [UInt8] {
        let text = try readTextFile("\(Self.directory)/v1/network-vlan-in-vlan.json")
        let place = try #require(text.firstRange(of: old), "\(old) is not in the sample")
        return Array(text.replacingCharacters(in: place, with: new).utf8)
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
