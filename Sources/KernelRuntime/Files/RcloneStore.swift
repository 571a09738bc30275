import Foundation
import Kernel
import Subprocess
import SystemPackage

/// Files in object storage, by Debian's rclone: a program of its own for each object, which knows some seventy kinds of storage
/// (docs/decisions/0032). Bytes come and go by files without a name, so that none is in memory twice.
struct RcloneStore: FileStore {
    /// `REMOTE:BUCKET`, or a folder in the bucket.
    let place: String
    /// Its file of remotes, where the environment does not say them.
    let configuration: String?
    let threads: WorkQueue
    /// Programs at once, and of one MSP; the others wait. What concerns no MSP is the operator's.
    private let turns: Turns<Identifier?>

    var word: String { "rclone" }
    var free: Double? { nil }

    /// How long a program may take, and what of the machine.
    private enum Bounds {
        /// One object: a storage that hangs is not waited for.
        case object
        /// All of an MSP or of everybody, for the operator's commands.
        case whole

        var limit: Duration { self == .object ? .seconds(60) : .seconds(3_600) }
        var options: [String] {
            ["--core=0", "--nofile=256"] + (self == .object ? ["--cpu=120", "--fsize=60000000"] : ["--cpu=3600", "--fsize=4000000000"])
        }
    }

    /// The bucket is the operator's to make; its own tries are few, because somebody waits.
    private static let flags = [
        "--log-level", "ERROR", "--retries", "1", "--low-level-retries", "2", "--contimeout", "5s", "--timeout", "20s", "--stats", "0",
        "--s3-no-check-bucket",
    ]
    /// « Directory not found », « file not found ».
    private static let absent: ClosedRange<Int32> = 3...4

    init(place: String, configuration: String?, threads: WorkQueue) {
        self.place = place
        self.configuration = configuration
        self.threads = threads
        turns = Turns(.init(running: (6, 4), waiting: (64, 16), patience: .seconds(20)))
    }

    // MARK: Bytes

    func put(_ bytes: [UInt8], as object: FileObject) async throws(StoreFailure) {
        guard let input = WholeInput.descriptor(bytes) else { throw StoreFailure(fault: .away, detail: "no room in /dev/shm") }
        try await run(["rcat", "--size", "\(bytes.count)", "\(place)/\(object.path)"], for: object.msp, input: input)
    }

    func open(_ object: FileObject, size: Int) async throws(StoreFailure) -> any OpenFile {
        let file: OpenDescriptor
        do { file = try OpenDescriptor.nameless(threads: threads) } catch { throw StoreFailure(fault: .away, detail: "\(error)") }
        try await run(["cat", "\(place)/\(object.path)"], for: object.msp, output: file.descriptor)
        let sums: (size: Int, digest: [UInt8])
        do { sums = try await threads.run { try file.sums() } } catch { throw StoreFailure(fault: .away, detail: "\(error)") }
        // Of an object that is not there some storages give nothing, without a fault.
        if sums.size == 0, size > 0 { throw StoreFailure(fault: .missing, detail: object.path) }
        guard sums.size == size, sums.digest == object.digest else { throw StoreFailure(fault: .altered, detail: object.path) }
        return file
    }

    func remove(_ object: FileObject) async throws(StoreFailure) {
        try await run(["delete", "\(place)/\(object.path)"], for: object.msp, mayBeAbsent: true)
    }

    func removeAll(of msp: Identifier) async throws(StoreFailure) {
        try await run(["purge", "\(place)/\(msp)"], for: msp, .whole, mayBeAbsent: true)
    }

    func objects(of msp: Identifier?) async throws(StoreFailure) -> [FileObject] {
        let prefix = msp.map { "\($0)/" } ?? ""
        let list: OpenDescriptor
        do { list = try OpenDescriptor.nameless(threads: threads) } catch { throw StoreFailure(fault: .away, detail: "\(error)") }
        try await run(
            ["lsf", "--recursive", "--files-only", msp.map { "\(place)/\($0)" } ?? place], for: msp, .whole, output: list.descriptor,
            mayBeAbsent: true)
        do {
            let size = try await threads.run { try list.sums().size }
            let text = String(decoding: try await list.bytes(at: 0, count: size), as: UTF8.self)
            return text.split(separator: "\n").compactMap { FileObject(path: prefix + $0) }
        } catch { throw StoreFailure(fault: .away, detail: "\(error)") }
    }

    func fault() async -> String? {
        guard ProgramSearch.exists("rclone") else { return "the program rclone is not installed." }
        let probe = "\(place)/.probe-\(Identifier.make())"
        guard let input = WholeInput.descriptor(Array("ok".utf8)) else { return "/dev/shm has no room." }
        do throws(StoreFailure) {
            try await run(["rcat", "--size", "2", probe], for: nil, input: input)
            try await run(["delete", probe], for: nil)
            return nil
        } catch { return "rclone cannot write to \(place) of COLLECTIF_FILES: \(error.detail)" }
    }

    // MARK: The program

    private func run(
        _ arguments: [String], for msp: Identifier?, _ bounds: Bounds = .object, input: SystemPackage.FileDescriptor? = nil,
        output: SystemPackage.FileDescriptor? = nil, mayBeAbsent: Bool = false
    ) async throws(StoreFailure) {
        let outcome: (status: TerminationStatus, said: String)?
        do {
            outcome = try await turns.run(msp) { try await limited(arguments, bounds, input: input, output: output) }
        } catch let failure as StoreFailure { throw failure } catch {
            throw StoreFailure(fault: .away, detail: "\(error)")
        }
        guard let outcome else {
            try? input?.close()
            throw StoreFailure(fault: .away, detail: "too many wait for rclone")
        }
        if outcome.status.isSuccess { return }
        guard case .exited(let code) = outcome.status, Self.absent.contains(code) else {
            throw StoreFailure(fault: .away, detail: Self.last(outcome.said))
        }
        if !mayBeAbsent { throw StoreFailure(fault: .missing, detail: Self.last(outcome.said)) }
    }

    private func limited(
        _ arguments: [String], _ bounds: Bounds, input: SystemPackage.FileDescriptor?, output: SystemPackage.FileDescriptor?
    ) async throws -> (status: TerminationStatus, said: String) {
        try await withThrowingTaskGroup(of: (status: TerminationStatus, said: String).self) { group in
            group.addTask { try await started(arguments, bounds, input: input, output: output) }
            group.addTask {
                try await Task.sleep(for: bounds.limit)
                throw StoreFailure(fault: .away, detail: "rclone \(arguments[0]) did not end in \(bounds.limit)")
            }
            defer { group.cancelAll() }
            guard let outcome = try await group.next() else { throw CancellationError() }
            return outcome
        }
    }

    private func started(
        _ arguments: [String], _ bounds: Bounds, input: SystemPackage.FileDescriptor?, output: SystemPackage.FileDescriptor?
    ) async throws -> (status: TerminationStatus, said: String) {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))]
        let child = ChildProgram("prlimit", bounds.options + ["rclone"] + Self.flags + arguments)
        // Nothing of ours but the remotes: RCLONE_CONFIG_… of the environment passes. Debian's build stops at AWS_CA_BUNDLE.
        let environment = Environment.withoutSecrets.updating(["AWS_CA_BUNDLE": nil])
            .updating(configuration.map { ["RCLONE_CONFIG": $0] } ?? [:])
        let nothing = try SystemPackage.FileDescriptor.open("/dev/null", .readWrite, options: [.closeOnExec])
        defer { try? nothing.close() }
        let result = try await Subprocess.run(
            child.executable, arguments: child.arguments, environment: environment, platformOptions: options,
            input: .fileDescriptor(input ?? nothing, closeAfterSpawningProcess: input != nil),
            output: .fileDescriptor(output ?? nothing, closeAfterSpawningProcess: false), error: .string(limit: 65_536))
        return (result.terminationStatus, result.standardError)
    }

    /// What it said went wrong, without the moment in front.
    static func last(_ said: String) -> String {
        let lines = said.split(whereSeparator: \.isNewline).map(String.init)
        let line = lines.last { $0.contains("ERROR : ") || $0.contains("Failed to ") } ?? lines.last ?? "it ended without a word"
        let start = ["ERROR : ", "Failed to "].compactMap { line.range(of: $0)?.lowerBound }.min() ?? line.startIndex
        return String(line[start...].prefix(300))
    }
}
