// swift-tools-version: 6.1
import PackageDescription

/// Mission modules, in the order of the work. One line adds a module to the house.
let modules = ["Facilitation", "Budget"]
/// Folders of a module's resources beside its migrations.
let resources = ["Budget": ["RuleSets"]]

let package = Package(
    name: "collectif",
    products: [
        .library(name: "Kernel", targets: ["Kernel", "KernelUI"]),
        .library(name: "KernelRuntime", targets: ["KernelRuntime"]),
        .executable(name: "collectif", targets: ["collectif"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .target(
            name: "Postgres",
            dependencies: [
                "CLibPQ", .product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(name: "HTML"),
        .target(
            name: "Kernel",
            dependencies: [
                "Postgres", "HTML", .product(name: "Logging", package: "swift-log"), .product(name: "Crypto", package: "swift-crypto"),
            ],
            resources: [.copy("Migrations")]),
        .target(name: "KernelUI", dependencies: ["Kernel", "HTML", "CQREncode"], resources: [.copy("Assets")]),
        .target(
            name: "KernelRuntime",
            dependencies: [
                "Kernel", "KernelUI", "HTML", "Postgres",
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "collectif",
            dependencies: ["Kernel", "KernelRuntime"] + modules.map { .byName(name: $0) }),
    ]
        + modules.map {
            .target(
                name: $0, dependencies: ["Kernel", "KernelUI", "HTML", "Postgres"], path: "Plugins/\($0)", exclude: ["README.md"],
                resources: (["Migrations"] + (resources[$0] ?? [])).map { .copy($0) })
        }
        + [
            .testTarget(name: "BudgetTests", dependencies: ["Budget", "Kernel", .product(name: "Logging", package: "swift-log")]),
            .target(
                name: "ReferenceModule", dependencies: ["Kernel", "KernelUI", "HTML", "Postgres"], path: "Tests/ReferenceModule",
                resources: [.copy("Migrations")]),
            .executableTarget(
                name: "reference-house", dependencies: ["Kernel", "KernelRuntime", "ReferenceModule"] + modules.map { .byName(name: $0) },
                path: "Tests/ReferenceHouse"),
            .testTarget(name: "PostgresTests", dependencies: ["Postgres", .product(name: "Logging", package: "swift-log")]),
            .testTarget(name: "HTMLTests", dependencies: ["HTML"]),
            .testTarget(name: "KernelTests", dependencies: ["Kernel"]),
            .testTarget(name: "KernelUITests", dependencies: ["KernelUI", "HTML"]),
            .testTarget(name: "KernelRuntimeTests", dependencies: ["KernelRuntime", "Kernel"]),
            .testTarget(name: "FacilitationTests", dependencies: ["Facilitation", "Kernel"]),
            .testTarget(
                name: "ConformanceTests",
                dependencies: [
                    "Kernel", "KernelRuntime", "Facilitation", "Budget", "ReferenceModule", .product(name: "Logging", package: "swift-log"),
                ]),
        ]
)

for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .swiftLanguageMode(.v6),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
        ]
}
