// swift-tools-version: 6.1
import PackageDescription

/// Mission modules, in the order of the work, each with the folders of its resources beside its migrations. One line adds a module to the
/// house, and `infra/new-module` writes it: its target, its tests, and from there the list that executables and tests share.
let modules: [(name: String, resources: [String])] = [
    ("Facilitation", []),
    ("Budget", ["RuleSets"]),
]
/// What a module is compiled against.
let contract: [Target.Dependency] = ["Kernel", "KernelUI", "HTML", "Postgres"]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

/// A module: the folder with its sources, its README and its migrations.
func module(_ name: String, path: String, resources: [String] = []) -> Target {
    .target(
        name: name, dependencies: contract, path: path, exclude: ["README.md"], resources: (["Migrations"] + resources).map { .copy($0) })
}

/// What Tests/Conformance/test_kit.py wrote into the build folder, compiled as a guest is: never part of a plain build.
let trial: [Target] = (Context.environment["COLLECTIF_TRIAL"] ?? "").split(separator: " ").map(String.init).flatMap { name -> [Target] in
    [
        module(name, path: ".build/trial/Plugins/\(name)"),
        .executableTarget(
            name: "\(name)House", dependencies: ["Kernel", "KernelRuntime", .byName(name: name)], path: ".build/trial/Houses/\(name)"),
        .testTarget(
            name: "\(name)Tests", dependencies: [.byName(name: name), "Kernel", "KernelTesting", logging],
            path: ".build/trial/Tests/\(name)Tests"),
    ]
}

let package = Package(
    name: "collectif",
    products: [
        .library(name: "Kernel", targets: ["Kernel", "KernelUI"]),
        .library(name: "KernelRuntime", targets: ["KernelRuntime"]),
        .library(name: "KernelTesting", targets: ["KernelTesting"]),
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
                "CLibPQ", logging, .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(name: "HTML"),
        .target(
            name: "Kernel",
            dependencies: [
                "Postgres", "HTML", logging, .product(name: "Crypto", package: "swift-crypto"),
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
                logging,
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
        .target(
            name: "KernelTesting", dependencies: ["Kernel", "KernelRuntime", "Postgres", logging], resources: [.copy("Catalogue")]),
        .target(name: "EnabledModules", dependencies: ["Kernel"] + modules.map { .byName(name: $0.name) }),
        .executableTarget(name: "collectif", dependencies: ["Kernel", "KernelRuntime", "EnabledModules"]),
    ]
        + modules.flatMap { name, resources in
            [
                module(name, path: "Plugins/\(name)", resources: resources),
                .testTarget(name: "\(name)Tests", dependencies: [.byName(name: name), "Kernel", "KernelTesting", logging]),
            ]
        }
        + [
            module("ReferenceModule", path: "Tests/ReferenceModule"),
            .executableTarget(
                name: "reference-house", dependencies: ["Kernel", "KernelRuntime", "ReferenceModule", "EnabledModules"],
                path: "Tests/ReferenceHouse"),
            .testTarget(name: "PostgresTests", dependencies: ["Postgres", logging]),
            .testTarget(name: "HTMLTests", dependencies: ["HTML"]),
            .testTarget(name: "KernelTests", dependencies: ["Kernel"]),
            .testTarget(name: "KernelUITests", dependencies: ["KernelUI", "HTML"]),
            .testTarget(name: "KernelRuntimeTests", dependencies: ["KernelRuntime", "Kernel"]),
            .testTarget(
                name: "ConformanceTests",
                dependencies: ["Kernel", "KernelRuntime", "KernelTesting", "EnabledModules", "ReferenceModule", logging]),
        ] + trial
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
