internal import Glibc
internal import SystemPackage

/// The standard input of another program, complete before that program starts: when this server dies while it hands over,
/// the program still reads every byte or none was read. Through a pipe it would take the end of a dying server for the end of a mail.
enum WholeInput {
    /// An anonymous file of this machine's memory, at its beginning; the caller closes it. Nil when none can be had.
    static func descriptor(_ bytes: [UInt8]) -> FileDescriptor? {
        let raw = memfd_create("collectif", UInt32(MFD_CLOEXEC))
        guard raw >= 0 else { return nil }
        let file = FileDescriptor(rawValue: raw)
        do {
            try file.writeAll(bytes)
            try file.seek(offset: 0, from: .start)
            return file
        } catch {
            try? file.close()
            return nil
        }
    }
}
