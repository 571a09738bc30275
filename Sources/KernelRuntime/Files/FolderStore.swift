import Foundation
import Glibc
import Kernel
import SystemPackage

/// Files in a folder of this machine or of one that it mounts: `MSP/first two digits/digest`, its owner's alone. A file is written under a
/// passing name, brought to the disk, and only then gets its own; the folder is brought to the disk after it.
struct FolderStore: FileStore {
    let root: String
    let threads: WorkQueue

    var word: String { "folder" }
    var free: Double? { ProcessFigures.free(at: root) }

    /// Where files are that are still being written, on the same disk.
    private var passing: String { "\(root)/.new" }
    /// Seconds after which what lies there was left by a process that died.
    private static let forgotten = 86_400.0

    /// Makes the folder of a fresh installation; an existing one is left as it is.
    static func make(_ root: String) throws {
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    // MARK: Bytes

    func put(_ bytes: [UInt8], as object: FileObject) async throws(StoreFailure) {
        try await doing {
            let final = "\(root)/\(object.path)"
            if let there = try? opened(final), let sums = try? there.sums(), sums.digest == object.digest { return }
            // The root is the operator's: one that is not mounted must not be filled below its place.
            guard isFolder(root) else { throw StoreFailure(fault: .away, detail: "\(root) is not there") }
            try folder(passing)
            try folder("\(root)/\(object.msp)")
            let last = (final as NSString).deletingLastPathComponent
            try folder(last)
            let new = "\(passing)/\(Identifier.make())"
            do {
                let file = try SystemPackage.FileDescriptor.open(
                    FilePath(new), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
                try file.closeAfter {
                    try file.writeAll(bytes)
                    guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
                }
                try give(new)
                guard rename(new, final) == 0 else { throw Errno(rawValue: errno) }
                try settle(last)
            } catch {
                unlink(new)
                throw error
            }
        }
    }

    func open(_ object: FileObject, size: Int) async throws(StoreFailure) -> any OpenFile {
        try await doing {
            let file: OpenDescriptor
            do { file = try opened("\(root)/\(object.path)") } catch Errno.noSuchFileOrDirectory {
                throw StoreFailure(fault: isFolder(root) ? .missing : .away, detail: object.path)
            }
            let sums = try file.sums()
            guard sums.size == size, sums.digest == object.digest else { throw StoreFailure(fault: .altered, detail: object.path) }
            return file
        }
    }

    /// All bytes, whatever they are: for whoever compares them.
    func bytes(of object: FileObject) async throws(StoreFailure) -> [UInt8] {
        try await doing {
            guard let data = FileManager.default.contents(atPath: "\(root)/\(object.path)") else {
                throw StoreFailure(fault: .missing, detail: object.path)
            }
            return Array(data)
        }
    }

    func remove(_ object: FileObject) async throws(StoreFailure) {
        try await doing {
            guard isFolder(root) else { throw StoreFailure(fault: .away, detail: "\(root) is not there") }
            let path = "\(root)/\(object.path)"
            guard unlink(path) == 0 || errno == ENOENT else { throw Errno(rawValue: errno) }
            sweepPassing()
        }
    }

    func removeAll(of msp: Identifier) async throws(StoreFailure) {
        try await doing {
            let path = "\(root)/\(msp)"
            if isFolder(path) { try FileManager.default.removeItem(atPath: path) }
        }
    }

    func objects(of msp: Identifier?) async throws(StoreFailure) -> [FileObject] {
        try await doing {
            guard isFolder(root) else { throw StoreFailure(fault: .away, detail: "\(root) is not there") }
            let start = msp.map { "\(root)/\($0)" } ?? root
            let prefix = msp.map { "\($0)/" } ?? ""
            return (FileManager.default.enumerator(atPath: start)?.allObjects ?? []).compactMap { entry in
                (entry as? String).flatMap { FileObject(path: prefix + $0) }
            }
        }
    }

    func fault() async -> String? {
        let found: Bool? = try? await threads.run {
            guard isFolder(root) else { return false }
            try folder(passing)
            let probe = "\(passing)/\(Identifier.make())"
            defer { unlink(probe) }
            let file = try SystemPackage.FileDescriptor.open(
                FilePath(probe), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
            try file.close()
            return true
        }
        switch found {
        case true: return nil
        case false: return "the folder \(root) of COLLECTIF_FILES is not there: make it (owner collectif, mode 0700) or mount its disk."
        default: return "the folder \(root) of COLLECTIF_FILES cannot be written by this process."
        }
    }

    // MARK: Steps

    private func opened(_ path: String) throws -> OpenDescriptor {
        OpenDescriptor(
            try SystemPackage.FileDescriptor.open(FilePath(path), .readOnly, options: [.noFollow, .closeOnExec]), threads: threads)
    }

    private func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// A folder that may be there; a new one is brought to the disk with its parent.
    private func folder(_ path: String) throws {
        guard mkdir(path, 0o700) == 0 else {
            if errno == EEXIST { return }
            throw Errno(rawValue: errno)
        }
        try give(path)
        try settle((path as NSString).deletingLastPathComponent)
    }

    /// The operator's commands run as root: what they write belongs to whom the folder belongs, or the server could not read it.
    private func give(_ path: String) throws {
        var place = stat()
        guard geteuid() == 0, stat(root, &place) == 0 else { return }
        guard chown(path, place.st_uid, place.st_gid) == 0 else { throw Errno(rawValue: errno) }
    }

    private func settle(_ path: String) throws {
        let folder = try SystemPackage.FileDescriptor.open(FilePath(path), .readOnly, options: [.directory, .closeOnExec])
        try folder.closeAfter { guard fsync(folder.rawValue) == 0 else { throw Errno(rawValue: errno) } }
    }

    /// What processes that died were still writing.
    private func sweepPassing() {
        let now = Date().timeIntervalSince1970
        for name in (try? FileManager.default.contentsOfDirectory(atPath: passing)) ?? [] {
            var place = stat()
            let path = "\(passing)/\(name)"
            if stat(path, &place) == 0, now - Double(place.st_mtim.tv_sec) > Self.forgotten { unlink(path) }
        }
    }

    private func doing<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws(StoreFailure) -> T {
        do { return try await threads.run(work) } catch let failure as StoreFailure { throw failure } catch {
            throw StoreFailure(fault: .away, detail: "\(error)")
        }
    }
}
