import Foundation
import Kernel
import NIOCore
import SystemPackage

/// Bytes of a large body, kept on disk while they arrive: a slow telephone costs a file, not memory. The file has no name, so it
/// is gone with the process at the latest.
final class UploadSpool: Sendable {
    private let descriptor: SystemPackage.FileDescriptor
    private(set) nonisolated(unsafe) var size = 0

    init() throws {
        let path = FileManager.default.temporaryDirectory.path + "/collectif-" + Identifier.make().description
        descriptor = try SystemPackage.FileDescriptor.open(
            FilePath(path), .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
        try FileManager.default.removeItem(atPath: path)
    }

    deinit { try? descriptor.close() }

    /// Adds what came; one caller at a time.
    func append(_ chunk: ByteBuffer) throws {
        try chunk.withUnsafeReadableBytes { _ = try descriptor.writeAll(toAbsoluteOffset: Int64(size), $0) }
        size += chunk.readableBytes
    }

    /// Everything that came.
    func bytes() throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count..<size])
                let read = try descriptor.read(fromAbsoluteOffset: Int64(count), into: rest)
                guard read > 0 else { throw Errno.ioError }
                count += read
            }
        }
    }
}
