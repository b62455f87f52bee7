// swift-tools-version: 6.2

import PackageDescription

/// What every target of this package is compiled with: layers and warnings are held by the compiler.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// For spans that are returned and stored without being copied; NIO, System and Subprocess ship with it.
let spans: SwiftSetting = .enableExperimentalFeature("Lifetimes")

let package = Package(
    name: "swiftvlan",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .systemLibrary(name: "CMNL", pkgConfig: "libmnl", providers: [.apt(["libmnl-dev"])]),
        .target(name: "NetworkTypes", swiftSettings: strict),
        .target(name: "Netlink", dependencies: ["CMNL", "NetworkTypes"], swiftSettings: strict + [spans]),
        .target(
            name: "RouteNetlink", dependencies: ["CMNL", "Netlink", "NetworkTypes"], swiftSettings: strict + [spans]),

        // Tests
    ]
)
