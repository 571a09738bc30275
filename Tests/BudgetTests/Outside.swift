import Foundation

/// Programs beside ours that judge the files we write: `unzip`, `sha256sum`, Python.
enum Outside {
    struct Answer: Sendable {
        var status: Int32
        var output: String
    }

    /// Python of the tests (`infra/requirements.txt`), else that of the system.
    static let python: String = {
        let candidates = [ProcessInfo.processInfo.environment["COLLECTIF_PYTHON"], ".venv/bin/python", "/usr/bin/python3"]
        return candidates.compactMap { $0 }.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "/usr/bin/python3"
    }()

    /// True when the schemas of the payment messages are there (package `sepaxml`, which carries them).
    static let hasSchemas = (try? run(python, ["-c", "import sepaxml, xmlschema"]))?.status == 0

    static func run(_ program: String, _ arguments: [String], in folder: URL? = nil) throws -> Answer {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = folder }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Answer(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
    }

    /// A folder that is gone afterwards.
    static func withFolder<T>(_ body: (URL) throws -> T) throws -> T {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("budget-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
