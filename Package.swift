// swift-tools-version: 6.3

import PackageDescription

/// The Swift settings of every target: the compiler enforces the layers and treats warnings as errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Allows spans to be returned and stored without a copy; NIO, System and Subprocess ship with this experimental
/// feature.
let spans: SwiftSetting = .enableExperimentalFeature("Lifetimes")

let package = Package(
    name: "swiftvlan",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .target(name: "FaultPoints", swiftSettings: strict),
        .systemLibrary(name: "CGlibc"),
        .target(name: "SystemCalls", dependencies: ["CGlibc"], swiftSettings: strict),
        .systemLibrary(name: "CMNL", pkgConfig: "libmnl", providers: [.apt(["libmnl-dev"])]),
        .target(name: "NetworkTypes", swiftSettings: strict),
        .target(
            name: "Netlink", dependencies: ["CMNL", "FaultPoints", "NetworkTypes", "SystemCalls"],
            swiftSettings: strict + [spans]),
        .target(
            name: "RouteNetlink", dependencies: ["CMNL", "Netlink", "NetworkTypes", "SystemCalls"],
            swiftSettings: strict + [spans]),
        .systemLibrary(name: "CPacketSocket"),
        .target(
            name: "PacketSocket", dependencies: ["CPacketSocket", "NetworkTypes", "SystemCalls"],
            swiftSettings: strict + [spans]),
        .target(name: "Spelling", swiftSettings: strict),
        .target(
            name: "Configuration",
            dependencies: [
                "Spelling", "SystemCalls", "TOMLKit", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(name: "DriverCore", dependencies: ["NetworkTypes", "Spelling"], swiftSettings: strict),
        .target(
            name: "KernelHostNetwork",
            dependencies: [
                "CMNL", "DriverCore", "Netlink", "NetworkTypes", "RouteNetlink", "SystemCalls",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(
            name: "KernelLAN",
            dependencies: [
                "DriverCore", "NetworkTypes", "PacketSocket", "SystemCalls",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(
            name: "StateStore", dependencies: ["DriverCore", "FaultPoints", "NetworkTypes", "Spelling", "SystemCalls"],
            swiftSettings: strict),
        .target(name: "ControlAPI", swiftSettings: strict),
        .target(
            name: "StatusReport", dependencies: ["ControlAPI", "DriverCore", "NetworkTypes"], swiftSettings: strict),
        .target(name: "Metrics", swiftSettings: strict),
        .target(name: "Topology", dependencies: ["ControlAPI"], swiftSettings: strict),
        .target(
            name: "ControlServer", dependencies: ["ControlAPI", "HTTPServer", "Topology"],
            resources: [.embedInCode("Page")], swiftSettings: strict),
        .target(
            name: "LocalClient",
            dependencies: [
                "SystemCalls",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(name: "DockerAPI", dependencies: ["LocalClient", "Spelling"], swiftSettings: strict),
        .target(
            name: "Doctor",
            dependencies: [
                "ControlAPI", "DockerAPI", "Netlink", "NetworkTypes", "PacketSocket", "RouteNetlink", "Spelling",
                "SystemCalls",
            ],
            swiftSettings: strict),
        .target(name: "Migration", dependencies: ["DockerAPI"], swiftSettings: strict),
        .target(
            name: "HTTPServer",
            dependencies: [
                "SystemCalls",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(
            name: "RemoteDriver",
            dependencies: ["DriverCore", "NetworkTypes", "Spelling", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(name: "SystemdSupport", dependencies: ["CSystemd", "SystemCalls"], swiftSettings: strict),
        .systemLibrary(name: "CCapabilities"),
        .executableTarget(
            name: "swiftvlan",
            dependencies: [
                "CCapabilities", "Configuration", "ControlAPI", "ControlServer", "DockerAPI", "Doctor", "DriverCore",
                "HTTPServer", "KernelHostNetwork", "KernelLAN", "LocalClient", "Metrics", "Migration", "NetworkTypes",
                "RemoteDriver", "RouteNetlink", "Spelling", "StateStore", "StatusReport", "SystemCalls",
                "SystemdSupport", "Topology",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),

        // Tests
        .target(name: "CTestSupport", path: "Tests/CTestSupport"),
        .target(
            name: "TestSupport", dependencies: ["CTestSupport", "SystemCalls"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .testTarget(
            name: "SystemCallsTests", dependencies: ["SystemCalls", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "NetworkTypesTests", dependencies: ["NetworkTypes", "TestSupport"], swiftSettings: strict),
        .target(
            name: "NetlinkTestKit",
            dependencies: ["CMNL", "Netlink", "NetworkTypes", "RouteNetlink", "SystemCalls", "TestSupport"],
            path: "Tests/NetlinkTestKit",
            swiftSettings: strict + [spans]),
        .testTarget(
            name: "NetlinkTests",
            dependencies: ["CMNL", "Netlink", "NetlinkTestKit", "NetworkTypes", "SystemCalls", "TestSupport"],
            swiftSettings: strict + [spans]),
        .testTarget(
            name: "RouteNetlinkTests",
            dependencies: ["Netlink", "NetlinkTestKit", "NetworkTypes", "RouteNetlink", "SystemCalls", "TestSupport"],
            exclude: ["Vectors"], swiftSettings: strict + [spans]),
        .target(
            name: "KernelTestKit",
            dependencies: [
                "CMNL", "CTestSupport", "Netlink", "NetlinkTestKit", "NetworkTypes", "RouteNetlink", "SystemCalls",
                "TestSupport",
            ],
            path: "Tests/KernelTestKit", swiftSettings: strict),
        .testTarget(
            name: "KernelTests",
            dependencies: [
                "CMNL", "KernelTestKit", "Netlink", "NetlinkTestKit", "NetworkTypes", "RouteNetlink", "SystemCalls",
                "TestSupport",
            ],
            swiftSettings: strict + [spans]),
        .testTarget(
            name: "PacketSocketTests",
            dependencies: [
                "CPacketSocket", "CTestSupport", "KernelTestKit", "Netlink", "NetlinkTestKit", "NetworkTypes",
                "PacketSocket", "RouteNetlink", "SystemCalls", "TestSupport",
            ],
            exclude: ["Vectors"], swiftSettings: strict + [spans]),
        .testTarget(
            name: "KernelLANTests",
            dependencies: [
                "CTestSupport", "DriverCore", "DriverTestKit", "KernelLAN", "KernelTestKit", "Netlink",
                "NetlinkTestKit", "NetworkTypes", "PacketSocket", "RouteNetlink", "SystemCalls", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict + [spans]),
        .testTarget(
            name: "EndToEndTests", dependencies: [.product(name: "Subprocess", package: "swift-subprocess")],
            swiftSettings: strict),
        .target(
            name: "CallTestKit", dependencies: ["TestSupport"], path: "Tests/CallTestKit", swiftSettings: strict),
        .target(
            name: "DriverTestKit",
            dependencies: [
                "CallTestKit", "DriverCore", "NetworkTypes", "RemoteDriver",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/DriverTestKit", swiftSettings: strict),
        .testTarget(
            name: "DriverCoreTests",
            dependencies: ["CallTestKit", "DriverCore", "DriverTestKit", "NetworkTypes", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "RemoteDriverTests",
            dependencies: [
                "DriverCore", "DriverTestKit", "NetworkTypes", "RemoteDriver", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "KernelHostNetworkTests",
            dependencies: [
                "CMNL", "CallTestKit", "DriverCore", "DriverTestKit", "KernelHostNetwork", "KernelTestKit", "Netlink",
                "NetlinkTestKit", "NetworkTypes", "PacketSocket", "RemoteDriver", "RouteNetlink", "SystemCalls",
                "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict + [spans]),
        .testTarget(
            name: "StateStoreTests",
            dependencies: [
                "CTestSupport", "DriverCore", "DriverTestKit", "NetworkTypes", "StateStore", "SystemCalls",
                "TestSupport",
            ],
            exclude: ["Records"], swiftSettings: strict),
        .testTarget(
            name: "MessageTests", dependencies: ["TestSupport"], exclude: ["messages.txt"], swiftSettings: strict),
        .testTarget(
            name: "FaultPointsTests", dependencies: ["FaultPoints", "TestSupport"], swiftSettings: strict),
        .target(
            name: "DaemonTestKit", dependencies: ["CTestSupport", "SystemCalls", "TestSupport"],
            path: "Tests/DaemonTestKit",
            swiftSettings: strict),
        .testTarget(
            name: "HTTPServerTests", dependencies: ["DaemonTestKit", "HTTPServer", "SystemCalls", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "StatusReportTests",
            dependencies: [
                "ControlAPI", "DriverCore", "DriverTestKit", "NetworkTypes", "StatusReport", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(name: "MetricsTests", dependencies: ["Metrics", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "TopologyTests", dependencies: ["ControlAPI", "TestSupport", "Topology"], swiftSettings: strict),
        .testTarget(
            name: "ControlServerTests",
            dependencies: [
                "ControlAPI", "ControlServer", "DaemonTestKit", "HTTPServer", "SystemCalls", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PageTests",
            dependencies: [
                "CallTestKit", "ControlAPI", "ControlServer", "DaemonTestKit", "HTTPServer", "SystemCalls",
                "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "DockerAPITests",
            dependencies: [
                "DaemonTestKit", "DockerAPI", "HTTPServer", "LocalClient", "SystemCalls", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            exclude: ["Answers"], swiftSettings: strict),
        .testTarget(
            name: "DoctorTests",
            dependencies: [
                "ControlAPI", "DockerAPI", "Doctor", "KernelTestKit", "Netlink", "NetlinkTestKit", "NetworkTypes",
                "RouteNetlink", "SystemCalls", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "MigrationTests", dependencies: ["DaemonTestKit", "DockerAPI", "Migration", "TestSupport"],
            exclude: ["Inspected"], swiftSettings: strict),
        .testTarget(
            name: "ConfigurationTests",
            dependencies: ["Configuration", "TestSupport", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "CTestSupport", "CallTestKit", "ControlAPI", "ControlServer", "DaemonTestKit", "Doctor", "DriverCore",
                "DriverTestKit", "HTTPServer", "KernelTestKit", "LocalClient", "Metrics", "NetworkTypes",
                "RemoteDriver", "StateStore", "SystemCalls", "TestSupport", "swiftvlan",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict),

        // Benchmarks: `make bench`
        .systemLibrary(name: "CSystemCalls", path: "Bench/CSystemCalls"),
        .executableTarget(
            name: "Bench",
            dependencies: [
                "CSystemCalls", "CallTestKit", "DaemonTestKit", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Bench/Sources", swiftSettings: strict),
        .executableTarget(
            name: "BenchReference", dependencies: ["CMNL"], path: "Bench/Reference",
            cSettings: [.treatAllWarnings(as: .error)]),

        // Fault injection: `make chaos`
        .executableTarget(
            name: "Chaos",
            dependencies: [
                "CMNL", "CallTestKit", "DaemonTestKit", "Netlink", "NetlinkTestKit", "NetworkTypes", "RouteNetlink",
                "SystemCalls", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Chaos/Sources", swiftSettings: strict),
    ]
)

// The fuzz targets need a separate build of everything, which `Fuzz/run` starts.
if Context.environment["SWIFTVLAN_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "CMNL", "ControlAPI", "ControlServer", "DriverCore", "DriverTestKit", "HTTPServer", "Netlink",
                "NetlinkTestKit", "PacketSocket", "RemoteDriver", "RouteNetlink", "StateStore", "SystemCalls",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Fuzz/Sources",
            swiftSettings: strict + [spans]))
}
