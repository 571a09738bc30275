import Foundation
import Kernel
import SystemPackage

/// A file of this machine that stays open: what happens to its name changes nothing for whoever reads it.
final class OpenDescriptor: OpenFile {
    let descriptor: SystemPackage.FileDescriptor
    private let threads: WorkQueue

    /// Slices read at once to compute a digest.
    private static let slice = 1_048_576

    init(_ descriptor: SystemPackage.FileDescriptor, threads: WorkQueue) {
        self.descriptor = descriptor
        self.threads = threads
    }

    /// A new file without a name, gone with the process at the latest.
    static func nameless(threads: WorkQueue) throws -> OpenDescriptor {
        let path = FileManager.default.temporaryDirectory.path + "/collectif-" + Identifier.make().description
        let descriptor = try SystemPackage.FileDescriptor.open(
            FilePath(path), .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
        try FileManager.default.removeItem(atPath: path)
        return OpenDescriptor(descriptor, threads: threads)
    }

    deinit { try? descriptor.close() }

    func bytes(at offset: Int, count: Int) async throws -> [UInt8] {
        try await threads.run { [self] in
            let bytes = try read(at: offset, count: count)
            guard bytes.count == count else { throw Errno.ioError }
            return bytes
        }
    }

    /// Size and digest of all of it. On a thread that may wait.
    func sums() throws -> (size: Int, digest: [UInt8]) {
        var digest = RunningDigest()
        var size = 0
        while true {
            let bytes = try read(at: size, count: Self.slice)
            if bytes.isEmpty { return (size, digest.finished()) }
            digest.update(bytes)
            size += bytes.count
        }
    }

    /// As many as there are.
    private func read(at offset: Int, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<count])
                let read = try descriptor.read(fromAbsoluteOffset: Int64(offset + filled), into: rest)
                if read == 0 { return }
                filled += read
            }
        }
    }
}
